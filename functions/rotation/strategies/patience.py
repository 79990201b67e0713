"""Questions whose answer may take some seconds to come true: targets tell their servers late."""

from collections.abc import Callable

from hoist.clock import Clock

# What a target has done is known everywhere after that; if not, the next try asks again.
LOOKS, PAUSE_SECONDS = 6, 2


def comes_true(question: Callable[[], bool], clock: Clock) -> bool:
    """Whether the answer is yes, now or within some seconds."""
    for look in range(LOOKS):
        if question():
            return True
        if look < LOOKS - 1:
            clock.sleep(PAUSE_SECONDS)
    return False
