"""The output of a process in the background, as soon as it is there."""

from pathlib import Path

from hoist.clock import SystemClock

PATIENCE_SECONDS = 30
_POLL_SECONDS = 0.01


def await_lines(path: Path, count: int) -> list[str]:
    """The lines of a file, once there are so many; fails the test if there never are."""
    clock = SystemClock()
    ends_at = clock.monotonic() + PATIENCE_SECONDS
    while clock.monotonic() < ends_at:
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) >= count:
            return lines
        clock.sleep(_POLL_SECONDS)
    raise AssertionError(f"{path} has no {count} lines")
