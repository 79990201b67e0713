"""Twenty clients of one secret, who all send a request at every point of its rotations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from hoist.clock import FixedClock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.faults import ClientCall, FaultyClient
from hoist.rotation_engine.outcomes import Ending
from hoist.rotation_engine.placeholders import RotateSecretPlaceholders
from hoist.secret import Secret
from hoist.secrets.answers import Tag
from hoist.secrets.cached import Cached
from hoist.secrets.file_store import FileSecretStore
from rotation.choice import STRATEGY_TAG, StrategyMakers
from rotation.commands.local_function import local_function
from rotation.steps import Stage
from rotation_places import FUNCTION_ARN, file_store
from rotation_site import MORNING

CLIENTS, PROCESSES = 20, 5

Request = Callable[[Cached, Sequence[Cached]], None]
"""What a client does with its own cache and the others'; raises if the request fails."""


@dataclass
class Fleet:
    """Clients in several processes, each with a cache that its threads share."""

    caches: Sequence[Cached]
    request: Request
    pool: ThreadPoolExecutor
    sent: int = 0
    failures: list[Exception] = field(default_factory=list)

    def wave(self) -> None:
        """Each client sends one request, all at once."""
        self.failures += filter(None, self.pool.map(self._send, range(CLIENTS)))
        self.sent += CLIENTS

    def rotate(self, site: "ClientSite", engine: RotationEngine, arn: str) -> None:
        """A rotation, with a wave before and after each call to the store, and one at the end."""
        site.on_call = lambda call: self.wave()
        assert engine.rotate(arn).ending is Ending.SUCCEEDED
        site.on_call = lambda call: None
        self.wave()

    def hear(self, event: Mapping[str, Any]) -> None:
        for cache in self.caches:
            cache.hear(event)

    def _send(self, number: int) -> Exception | None:
        try:
            self.request(self.caches[number % PROCESSES], self.caches)
        except Exception as error:  # noqa: BLE001 - whatever it is, the request has failed
            return error
        return None


@dataclass
class ClientSite:
    """A file store whose secrets rotate, before and after whose every call a fleet may act."""

    root: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    on_call: Callable[[ClientCall], None] = lambda call: None

    def __post_init__(self) -> None:
        self.store = file_store(self.root, self.clock)

    def secret(self, value: str, strategy: str, name: str = "app/key") -> str:
        tags: list[Tag] = [{"Key": STRATEGY_TAG, "Value": strategy}]
        return self.store.create_secret(Name=name, SecretString=value, Tags=tags)["ARN"]

    @property
    def hooked(self) -> FileSecretStore:
        """The store as function and engine see it; clients see the store itself."""

        def act(call: ClientCall) -> None:
            self.on_call(call)

        return cast(FileSecretStore, FaultyClient(self.store, before=act, after=act))

    def engine(
        self, strategies: StrategyMakers, listener: Callable[[Mapping[str, Any]], None]
    ) -> RotationEngine:
        client = self.hooked
        return RotationEngine(
            client=client,
            placeholders=RotateSecretPlaceholders(client, function_arn=FUNCTION_ARN),
            handler=local_function(client, strategies, self.clock),
            clock=self.clock,
            listener=listener,
        )

    @contextmanager
    def fleet(self, arn: str, request: Request, *, fallbacks: Sequence[Stage]) -> Iterator[Fleet]:
        """Clients that have read the secret already."""
        caches = [
            Cached(
                self.store,
                arn,
                clock=self.clock,
                fallbacks=[stage.value for stage in fallbacks],
                max_age=timedelta(minutes=5),
            )
            for _ in range(PROCESSES)
        ]
        with ThreadPoolExecutor(CLIENTS) as pool:
            fleet = Fleet(caches, request, pool)
            fleet.wave()
            yield fleet

    def value(self, arn: str, stage: Stage) -> Secret | None:
        labels = self.store.describe_secret(SecretId=arn)["VersionIdsToStages"].values()
        if not any(stage in held for held in labels):
            return None
        answer = self.store.get_secret_value(SecretId=arn, VersionStage=stage.value)
        return Secret(answer["SecretString"])
