"""A secret as its consumers keep it: read once, and again when it has changed or is refused.

A version moves from AWSPENDING to AWSCURRENT to AWSPREVIOUS. Somewhere on its way the target
begins, or ceases, to take it: whoever is refused looks at all three, and goes on with what is good.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from hoist.clock import Clock
from hoist.errors import EnvironmentFaultError
from hoist.secret import Secret

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
# Read in the direction in which versions move: one that moves between two reads is met later on.
_READING_ORDER = (PENDING, CURRENT, PREVIOUS)

LABEL_EVENT = "Secret Label Updated"

_Answer = TypeVar("_Answer")


class SecretUnreadableError(EnvironmentFaultError):
    """A secret's value cannot be had, or is no text."""

    code = "secret_unreadable"


class ReadingClient(Protocol):
    """The one operation of a Secrets Manager client that a consumer uses."""

    def get_secret_value(self, *args: Any, **request: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Version:
    version_id: str
    arn: str
    name: str
    value: Secret


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found at one time, the version to begin with first. Looks are numbered from one."""

    number: int
    looked_at: float
    versions: tuple[_Version, ...]
    # Whether it was at all the labels that may be used, and not at AWSCURRENT alone.
    is_wide: bool

    def version_beside(self, tried: AbstractSet[str]) -> _Version | None:
        return next((each for each in self.versions if each.version_id not in tried), None)


class Cached:
    """One secret, for any number of threads, of which one at a time reads.

    `fallbacks` are the labels beside AWSCURRENT that may let a consumer in, in the order in which
    they are tried; the traits of the rotation strategy say which. Without any, only the current
    value is ever used. No value is used that was read longer than `max_age` ago.
    """

    def __init__(
        self,
        client: ReadingClient,
        secret_id: str,
        *,
        clock: Clock,
        fallbacks: Sequence[str] = (),
        max_age: timedelta = timedelta(minutes=5),
    ) -> None:
        self._client = client
        self._secret_id = secret_id
        self._clock = clock
        self._fallbacks = tuple(fallbacks)
        self._max_age_seconds = max_age.total_seconds()
        self._lock = threading.Lock()
        self._kept: _Look | None = None
        self._looks = 0

    def value(self) -> Secret:
        """The value to use now; raises SecretUnreadableError."""
        return self._fresh().versions[0].value

    def use(
        self,
        attempt: Callable[[Secret], _Answer],
        *,
        refused: type[Exception] | tuple[type[Exception], ...],
    ) -> _Answer:
        """What `attempt` gives with a value that is not refused.

        It is called again, with each other value that there is, as long as it raises `refused`;
        when none is left the last refusal is raised. Raises SecretUnreadableError.
        """
        version = self._fresh().versions[0]
        tried: set[str] = set()
        while True:
            try:
                answer = attempt(version.value)
            except refused:
                tried.add(version.version_id)
                other = self._version_beside(tried, since=self._looks)
                if other is None:
                    raise
                version = other
                continue
            if tried:
                self._prefer(version)
            return answer

    def hear(self, event: Mapping[str, Any]) -> bool:
        """Forget what is kept if the event says that AWSCURRENT has moved; whether it did.

        Takes any event: those of EventBridge that are about something else change nothing.
        """
        with self._lock:
            if self._kept is None or not _is_news(event, self._kept.versions[0]):
                return False
            self._kept = None
            return True

    def _fresh(self) -> _Look:
        with self._lock:
            return self._young() or self._look((CURRENT,), is_wide=not self._fallbacks)

    def _young(self) -> _Look | None:
        look = self._kept
        if look is None or self._clock.monotonic() - look.looked_at >= self._max_age_seconds:
            return None
        return look

    def _version_beside(self, tried: AbstractSet[str], *, since: int) -> _Version | None:
        """A version that was not tried; of many who need another look, one reads.

        That there is none is said only by a look begun after look number `since`: one that had
        begun before the refusal may have been too early.
        """
        with self._lock:
            look = self._young()
            if look and (other := look.version_beside(tried)):
                return other
            if look is None or not look.is_wide or look.number <= since:
                look = self._look((CURRENT, *self._fallbacks), is_wide=True)
            return look.version_beside(tried)

    def _look(self, labels: Sequence[str], *, is_wide: bool) -> _Look:
        self._looks += 1
        looked_at = self._clock.monotonic()
        found = {label: self._read(label) for label in _READING_ORDER if label in labels}
        # A version may bear two of the labels.
        versions = {each.version_id: each for label in labels if (each := found[label])}
        if not versions:
            raise SecretUnreadableError(
                f"{self._secret_id} has no value labelled {' or '.join(labels)}",
                way_out="compare the name, and look at the labels: `hoist secrets status`",
            )
        self._kept = _Look(self._looks, looked_at, tuple(versions.values()), is_wide)
        return self._kept

    def _prefer(self, version: _Version) -> None:
        """Let everybody begin with the version that was good after another had been refused."""
        with self._lock:
            look = self._kept
            if look is None or look.versions[0].version_id == version.version_id:
                return
            others = [each for each in look.versions if each.version_id != version.version_id]
            if len(others) < len(look.versions):
                self._kept = replace(look, versions=(version, *others))

    def _read(self, label: str) -> _Version | None:
        try:
            answer = self._client.get_secret_value(SecretId=self._secret_id, VersionStage=label)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "no code")
            if code == "ResourceNotFoundException":
                return None
            raise self._unreadable(f"GetSecretValue ended with {code}") from None
        except BotoCoreError as error:
            raise self._unreadable(
                f"GetSecretValue got no answer ({type(error).__name__})"
            ) from None
        if "SecretString" not in answer:
            raise self._unreadable("its value is binary")
        return _Version(
            answer["VersionId"], answer["ARN"], answer["Name"], Secret(answer["SecretString"])
        )

    def _unreadable(self, fault: str) -> SecretUnreadableError:
        # Without the cause: its text may quote what was sent.
        return SecretUnreadableError(
            f"{self._secret_id} cannot be read: {fault}",
            way_out="check the permission for the secret and its key, and the way to the store",
        )


def _is_news(event: Mapping[str, Any], kept: _Version) -> bool:
    detail, resources = event.get("detail"), event.get("resources")
    if event.get("detail-type") != LABEL_EVENT or not isinstance(detail, Mapping):
        return False
    is_ours = detail.get("name") in (kept.name, kept.arn) or (
        isinstance(resources, list) and kept.arn in resources
    )
    is_move = detail.get("labelUpdated") == CURRENT
    return is_ours and is_move and detail.get("versionId") != kept.version_id
