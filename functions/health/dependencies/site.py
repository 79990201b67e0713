"""One installation, as far as checks look at it."""

from dataclasses import dataclass
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

    state_bucket: str
    state_table: str
    state_key_alias: str
    runs_table: str
    artifacts_bucket: str
    doorbell_url: str


@dataclass(frozen=True, slots=True)
class Site:
    """What checks are made of. They take their clients when they are made, in one thread: making a
    client is not safe in several.
    """

    places: Places
    clients: Clients
    clock: Clock
