"""The processes of an operation that is under way, and ways to wait for a moment in it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import psutil

from engine_children import eventually
from probe_provider.world import World

MAX_WAIT_SECONDS = 60.0

Result = TypeVar("Result")


class Background(Generic[Result]):
    """Work that goes on in another thread."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._result: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> Result:
        """What the work returned, or raised; fails the test if it does not come to an end."""
        self._thread.join(MAX_WAIT_SECONDS)
        assert not self._thread.is_alive(), "the operation does not end"
        if self._error is not None:
            raise self._error
        return self._result[0]

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            self._error = error


@contextmanager
def in_background(work: Callable[[], Result]) -> Iterator[Background[Result]]:
    """Begin the work; when the block is left without an error it has ended."""
    background = Background(work)
    yield background
    background.result()


def await_start_of(world: World, name: str) -> None:
    """Wait until an operation of this item has begun."""
    assert eventually(world.started_sign(name).exists), f"no operation of {name} has begun"


def processes_below(pid: int | None = None) -> list[psutil.Process]:
    """Everything that runs below a process, this one by default, but for the servers of tests.

    An emulator or a PostgreSQL may be another test's, and start and end processes meanwhile.
    """
    found = []
    for process in psutil.Process(pid).children():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and not _is_server_of_tests(process):
                found += [process, *processes_below(process.pid)]
        except psutil.NoSuchProcess:
            continue
    return found


def engines_below(pid: int | None = None) -> list[psutil.Process]:
    """The running engines among them."""
    return [process for process in processes_below(pid) if _name(process) == "pulumi"]


def kill_engine() -> None:
    """Kill the one engine that runs below this process, as the system does when memory is short."""
    [engine] = engines_below()
    engine.kill()


def _is_server_of_tests(process: psutil.Process) -> bool:
    return process.name() == "postgres" or "ministack" in process.cmdline()


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""
