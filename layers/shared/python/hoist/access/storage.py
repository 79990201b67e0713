"""What the token book asks of a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from hoist.access.records import TokenRecord


@dataclass(frozen=True, slots=True)
class Counter:
    """Something that is counted anew in each window of time."""

    name: str
    begins_at: datetime
    ends_at: datetime

    @classmethod
    def at(cls, name: str, now: datetime, *, window: timedelta) -> Self:
        """The counter of the window that `now` is in; windows begin at whole multiples."""
        seconds = int(window.total_seconds())
        begins_at = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
        return cls(name, begins_at, begins_at + window)


class AccessStorage(Protocol):
    """Tokens, counters and the access settings.

    What was written is seen by every later read, wherever it is made: a token that was revoked is
    gone. Each method raises AccessUnavailableError when the store does not answer.
    """

    def token(self, token_id: str) -> TokenRecord | None:
        """In one read; raises AccessRecordError for one that this version cannot read."""
        ...

    def put_token(self, record: TokenRecord) -> None:
        """Keep a new token, until it has expired."""
        ...

    def delete_token(self, token_id: str) -> None:
        """Forget it; does nothing if there is none."""
        ...

    def tokens(self) -> Sequence[TokenRecord]:
        """Those that this version can read, by id: no other lets anybody in. Some have expired."""
        ...

    def count(self, counter: Counter, *, limit: int) -> bool:
        """Count one more; False, and nothing is counted, once `limit` is reached."""
        ...

    def settings(self) -> str | None:
        """The document of the access settings, as it was deployed; None if there is none."""
        ...
