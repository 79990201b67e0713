"""Faults between an AWS client and its service, put in through botocore's own events."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ReadTimeoutError


def lose_first_answer(
    client: Any, operation: str, *, meanwhile: Callable[[], object] = lambda: None
) -> None:
    """The next call is done but its answer is lost; after `meanwhile` botocore sends it again."""
    left = Counter({"losses": 1})

    def send_again(**_: object) -> float | None:
        if not left["losses"]:
            return None
        left["losses"] = 0
        meanwhile()
        return 0.0

    _register(client, "needs-retry", operation, send_again)


@contextmanager
def timed_out(client: Any, operation: str, *, after_calls: int = 0) -> Iterator[None]:
    """For the block, and from the call after `after_calls` on, nobody answers `operation`."""
    begun = Counter[str]()

    def count(**_: object) -> None:
        begun[operation] += 1

    def never_answer(**_: object) -> None:
        if begun[operation] > after_calls:
            raise ReadTimeoutError(endpoint_url="")

    _register(client, "before-call", operation, count)
    _register(client, "before-send", operation, never_answer)
    try:
        yield
    finally:
        _unregister(client, "before-call", operation, count)
        _unregister(client, "before-send", operation, never_answer)


def throttle_batches(client: Any, *, times: int) -> None:
    """The first `times` batches are handed back as if nothing of them had been written."""
    left = Counter({"batches": times})

    def unprocessed(*, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        if left["batches"] > 0:
            left["batches"] -= 1
            parsed["UnprocessedItems"] = context["request_items"]

    def remember(*, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["request_items"] = params["RequestItems"]

    _register(client, "provide-client-params", "BatchWriteItem", remember)
    _register(client, "after-call", "BatchWriteItem", unprocessed)


class CallCounter:
    """Counts the calls of a client by operation, from its construction on."""

    def __init__(self, *clients: Any) -> None:
        self.calls: Counter[str] = Counter()
        for client in clients:
            service = client.meta.service_model.service_name
            client.meta.events.register(f"before-call.{service}", self._count)

    def _count(self, *, model: Any, **_: object) -> None:
        self.calls[model.name] += 1


def _register(client: Any, event: str, operation: str, handler: Callable[..., object]) -> None:
    # First: what is registered for a whole service, the emulation of moto too, comes after it.
    client.meta.events.register_first(_event_name(client, event, operation), handler)


def _unregister(client: Any, event: str, operation: str, handler: Callable[..., object]) -> None:
    client.meta.events.unregister(_event_name(client, event, operation), handler)


def _event_name(client: Any, event: str, operation: str) -> str:
    return f"{event}.{client.meta.service_model.service_name}.{operation}"
