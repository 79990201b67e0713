"""What was told of the rotations of a secret: service events as CloudTrail keeps them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from hoist.rotation_engine.events import EventName
from rotation.errors import FailureKind
from rotation.messages import Step

_STEP = re.compile(rf"\bduring ({'|'.join(Step)}) step\b")
# As RotationError begins its text.
_CAUSE = re.compile(rf"\b({'|'.join(FailureKind)})/([a-z][a-z0-9_]*): ")
_NAMES = frozenset(EventName)
_NO_FAILURE = frozenset({EventName.STARTED, EventName.SUCCEEDED, EventName.ABANDONED})


@dataclass(frozen=True, slots=True)
class Failure:
    """Where and why a rotation failed, as far as its message tells; the message is not kept.

    A function that is not Hoist's may write into its errors what it likes.
    """

    step: str = ""
    kind: FailureKind | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event of a rotation."""

    at: datetime
    name: EventName
    failure: Failure | None = None


class RotationLog(Protocol):
    """Where the events of rotations are."""

    def entries(self, arn: str) -> Sequence[LogEntry]:
        """The events of one secret, oldest first."""
        ...


def entry_in(document: str, arn: str) -> LogEntry | None:
    """The entry in a service event's JSON; None for anything else, and for another secret's."""
    try:
        event = json.loads(document)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, Mapping) or _secret_of(event) != arn:
        return None
    name, at = event.get("eventName"), _instant(event.get("eventTime"))
    if not isinstance(name, str) or name not in _NAMES or at is None:
        return None
    message = event.get("errorMessage")
    is_failure = name in {EventName.FAILED, EventName.TEST_FAILED}
    return LogEntry(
        at,
        EventName(name),
        failure_in(message if isinstance(message, str) else "") if is_failure else None,
    )


def failure_in(message: str) -> Failure:
    """Step, kind and code, wherever in the message they stand."""
    step, cause = _STEP.search(message), _CAUSE.search(message)
    return Failure(
        step=step[1] if step else "",
        kind=FailureKind(cause[1]) if cause else None,
        code=cause[2] if cause else "",
    )


def open_failure(entries: Sequence[LogEntry]) -> LogEntry | None:
    """The failure with which the last rotation ended, unless it has come to another end since."""
    for entry in reversed(entries):
        if entry.name is EventName.FAILED:
            return entry
        if entry.name in _NO_FAILURE:
            return None
    return None


def _secret_of(event: Mapping[str, Any]) -> object:
    data = event.get("additionalEventData")
    return data.get("SecretId") if isinstance(data, Mapping) else None


def _instant(text: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return instant.replace(tzinfo=instant.tzinfo or UTC) if instant else None
