"""The decorator that tells, after each invocation, what the function's environment looks like.

What it samples with is imported by the first invocation: a handler's import is not the slower.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hoist.runtime.sampler import Beginning, Sampler

Event = TypeVar("Event")
Context = TypeVar("Context")
Answer = TypeVar("Answer")


def write_line(line: str) -> None:
    """To standard output, which is a function's log."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _sampler_of_this_process() -> "Sampler":
    from hoist.runtime.wiring import sampler_of_this_process

    return sampler_of_this_process()


def observed(
    handler: Callable[[Event, Context], Answer],
    *,
    find_sampler: "Callable[[], Sampler]" = _sampler_of_this_process,
    write: Callable[[str], None] = write_line,
) -> Callable[[Event, Context], Answer]:
    """The same handler, which writes one line per invocation, failed ones included.

    Nothing is made before the first event. Whatever goes wrong with the observation, the handler's
    answer or error is the invocation's.
    """

    @wraps(handler)
    def handle(event: Event, context: Context) -> Answer:
        sampler, beginning = _begin(find_sampler)
        try:
            return handler(event, context)
        finally:
            # A closed output is nobody's fault that could be told.
            with suppress(OSError, ValueError):
                write(_line(sampler, beginning, context))

    return handle


def _begin(
    find_sampler: "Callable[[], Sampler]",
) -> "tuple[Sampler | None, Beginning | None]":
    try:
        sampler = find_sampler()
        return sampler, sampler.begin()
    except Exception:  # noqa: BLE001 - a door: to observe must not harm
        return None, None


def _line(sampler: "Sampler | None", beginning: "Beginning | None", context: object) -> str:
    if sampler is None:
        return _failure("no sampler could be made")
    try:
        from hoist.runtime.observation import observation_line

        time_left = getattr(context, "get_remaining_time_in_millis", None)
        sample = sampler.take(
            since=beginning, time_left_ms=time_left() if callable(time_left) else None
        )
        return observation_line(
            sample,
            function=str(getattr(context, "function_name", "") or ""),
            request_id=str(getattr(context, "aws_request_id", "") or ""),
        )
    except Exception as error:  # noqa: BLE001 - a door: to observe must not harm
        return _failure(type(error).__name__)


def _failure(reason: str) -> str:
    return json.dumps({"event": "runtime_sample_failed", "reason": reason})
