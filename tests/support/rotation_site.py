"""A secret, the rotation function's core, and the engine that drives it, all in one process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from hoist.clock import FixedClock
from hoist.rotation_engine.engine import RotationEngine, new_version_id
from hoist.rotation_engine.faults import ClientCall, FaultyClient
from hoist.rotation_engine.tries import Tries
from hoist.secret import Secret
from rotation import wiring
from rotation.choice import STRATEGY_TAG, StrategyMakers
from rotation.door import answer
from rotation.rotation import Rotation
from rotation.settings import RotationSettings
from rotation.strategies.iam_access_key import IamAccessKey
from rotation.strategy import Draft, Succession, Traits, Trial
from rotation.versions import SecretVersions
from rotation_store import ARN_PREFIX, InMemorySecrets
from rotation_users import InMemoryUserKeys

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TOKEN = "0f0f0f0f-1111-4222-8333-444444444444"
# The secret of a site, before its first rotation.
DRAFT = Draft(f"{ARN_PREFIX}app/key-AbCdEf", TOKEN, MORNING)

ClientT = TypeVar("ClientT")
Hook = Callable[[ClientCall], None]


def no_fault(call: ClientCall) -> None:
    """Lets the call through."""


class RecordingStrategy:
    """Remembers its hooks; fails in those that are named in `failing`."""

    traits = Traits(fallbacks=(), live_credentials_at_most=1)

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failing: dict[str, Exception] = {}

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        self._call("preflight")

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        self._call("create")
        return Secret(f"made for {draft.token} ({len(self.calls)})")

    def set(self, trial: Trial) -> None:
        self._call("set")

    def test(self, trial: Trial) -> None:
        self._call("test")

    def finish(self, succession: Succession) -> None:
        self._call("finish")

    def _call(self, hook: str) -> None:
        self.calls.append(hook)
        if hook in self.failing:
            raise self.failing[hook]


@dataclass
class RotationSite:
    """`before` and `after` are asked at every call that the function makes to store or target.

    With a mortal engine they are asked at the engine's own calls, too.
    """

    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    before: Hook = no_fault
    after: Hook = no_fault
    events: list[Mapping[str, Any]] = field(default_factory=list)
    strategy: RecordingStrategy = field(default_factory=RecordingStrategy)
    has_mortal_engine: bool = False
    new_token: Callable[[], str] = new_version_id

    def __post_init__(self) -> None:
        self.store = InMemorySecrets(self.clock)
        self.users = InMemoryUserKeys(self.clock)
        self.calls: list[str] = []

    @property
    def strategies(self) -> StrategyMakers:
        return {
            **wiring.strategies(RotationSettings(), self.clock),
            "recording": lambda: self.strategy,
            "iam-access-key": lambda: IamAccessKey(self._faulty(self.users), self.clock),
        }

    @property
    def engine(self) -> RotationEngine:
        client = self._faulty(self.store) if self.has_mortal_engine else self.store
        return RotationEngine(
            client=client,
            placeholders=client,
            handler=self.handle,
            clock=self.clock,
            listener=self.events.append,
            tries=Tries(at_most=3, first_pause_seconds=1),
            new_token=self.new_token,
        )

    @property
    def event_names(self) -> list[str]:
        """What the listener heard, in words."""
        details = [event["detail"] for event in self.events]
        return [detail.get("eventName") or detail["labelUpdated"] for detail in details]

    def handle(self, event: object, context: object = None) -> None:
        """The function, its calls to the store counted and open to accidents."""
        versions = SecretVersions(self._faulty(self.store))
        answer(
            event,
            lambda: Rotation(versions=versions, strategies=self.strategies, clock=self.clock),
        )

    def secret(self, value: str | None = "old", *, strategy: str = "recording") -> str:
        """The ARN of a secret with a tag that names its strategy."""
        return self.store.create_secret("app/key", value, tags={STRATEGY_TAG: strategy})

    def _faulty(self, client: ClientT) -> ClientT:
        return cast(ClientT, FaultyClient(client, before=self._before, after=self._after))

    def _before(self, call: ClientCall) -> None:
        self.before(call)

    def _after(self, call: ClientCall) -> None:
        self.calls.append(call.operation)
        self.after(call)


def event_for(arn: str, step: str = "createSecret", token: str = TOKEN) -> dict[str, str]:
    """An event as Secrets Manager sends it."""
    return {
        "Step": step,
        "SecretId": arn,
        "ClientRequestToken": token,
        "RotationToken": "CANARY-rotation-token-0123456789abcdef",
    }
