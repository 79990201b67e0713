"""One local AWS for a test session: a free port, own data, forgotten at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hoist.clock import SystemClock
from local.emulator_launch import temporary_emulator
from local.progress import SilentProgress
from local.settings import LocalSettings


@contextmanager
def running_emulator(data: Path) -> Iterator[str]:
    """Start an emulator with its files in `data`, installing it first if need be; gives its URL."""
    settings = LocalSettings.of_this_process()
    with temporary_emulator(
        data, settings=settings, clock=SystemClock(), progress=SilentProgress()
    ) as running:
        yield running.endpoint_url
