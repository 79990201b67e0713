"""The health function: the schedule looks each minute, and the REST API asks how things are."""

from typing import TYPE_CHECKING, Any

from hoist.runtime.observed import observed, write_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from health.examination import Examination
    from hoist.access.token_book import TokenBook

# Without a context nobody counts the time: a test, or a shell.
_UNCOUNTED_SECONDS = 30.0


@observed
def handle(event: object, context: object) -> "Mapping[str, Any]":
    """Look at the installation, or answer a request of the REST API."""
    from health.door import Door

    door = Door(_examination, tokens=_tokens, write=write_line)
    return door.answer(event, time_left_seconds=_time_left(context))


def _examination() -> "Examination":
    """Loads what a look needs; /health/live does without."""
    from health import wiring

    return wiring.examination()


def _tokens() -> "TokenBook":
    from health import wiring

    return wiring.tokens()


def _time_left(context: object) -> float:
    time_left = getattr(context, "get_remaining_time_in_millis", None)
    return time_left() / 1000 if callable(time_left) else _UNCOUNTED_SECONDS
