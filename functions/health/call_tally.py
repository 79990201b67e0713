"""Counts the requests that clients really send to AWS, retries included: they have a price."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# What DynamoDB sells reads and writes by.
_READ_BYTES = 4096
_WRITE_BYTES = 1024


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A kind of request, by the names that botocore gives: `dynamodb` and `GetItem`."""

    service: str
    operation: str


@dataclass(frozen=True, slots=True)
class Volume:
    """How many there were, and how large."""

    requests: int = 0
    written: int = 0
    """What was sent, in units of 1 KB, each request rounded up."""
    read: int = 0
    """What came back, in units of 4 KB, each answer rounded up."""

    def __add__(self, other: "Volume") -> "Volume":
        return Volume(
            self.requests + other.requests, self.written + other.written, self.read + other.read
        )


Calls = Mapping[Call, Volume]


class CallTally:
    """Watches clients from several threads."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._calls: dict[Call, Volume] = {}
        self._last: Calls = {}

    def watch(self, client: Any) -> None:
        client.meta.events.register("request-created", self._sent)
        client.meta.events.register("response-received", self._received)

    def of_last_look(self) -> Calls:
        """What was called since somebody last asked; if nothing was, what was told then."""
        with self._counting:
            if self._calls:
                self._last, self._calls = self._calls, {}
            return self._last

    def _sent(self, request: Any, event_name: str, **_: object) -> None:
        self._add(event_name, Volume(1, _units(request.body, _WRITE_BYTES)))

    def _received(
        self, response_dict: Mapping[str, Any] | None, event_name: str, **_: object
    ) -> None:
        """Nothing came back where there is no dictionary."""
        if response_dict is not None:
            self._add(event_name, Volume(read=_units(response_dict["body"], _READ_BYTES)))

    def _add(self, event_name: str, volume: Volume) -> None:
        _, service, operation = event_name.split(".")
        call = Call(service, operation)
        with self._counting:
            self._calls[call] = self._calls.get(call, Volume()) + volume


class CountedClients:
    """Implements Clients: its own of every service, which one tally watches.

    Asked from one thread.
    """

    def __init__(self, make: Callable[[str], Any], tally: CallTally) -> None:
        self._make = make
        self._tally = tally
        self._clients: dict[str, Any] = {}

    def looked_at(self, service: str) -> Any:
        if service not in self._clients:
            client = self._make(service)
            self._tally.watch(client)
            self._clients[service] = client
        return self._clients[service]


def _units(body: object, size: int) -> int:
    """At least one: the smallest request is charged as one unit."""
    length = len(body) if isinstance(body, bytes | str) else 0
    return max(1, -(-length // size))
