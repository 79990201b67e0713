"""One installation, as far as checks look at it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from hoist.clock import Clock


class Clients(Protocol):
    """Clients that give up early, as health.clients has them."""

    def looked_at(self, service: str) -> Any:
        """The client of a service."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The names of what an installation consists of."""

    installation: str
    """The value of the tag that all parts have."""
    state_bucket: str
    state_table: str
    state_key_alias: str
    runs_table: str
    artifacts_bucket: str
    doorbell_url: str
    audit_table: str = ""
    audit_bucket: str = ""
    """Both empty where nobody says whether there is an audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What each installation decides for itself."""

    drift_after: timedelta | None = None
    """How long a stack may go without a refresh; None if nobody minds."""


@dataclass(frozen=True, slots=True)
class Site:
    """What checks are made of. They take their clients when they are made, in one thread: making a
    client is not safe in several.
    """

    places: Places
    clients: Clients
    clock: Clock
    limits: Limits = Limits()
