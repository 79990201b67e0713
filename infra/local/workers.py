"""The worker function's processes on this machine, for those who want to see one die."""

from contextlib import suppress

import psutil

from local.emulator_status import running_emulator
from local.settings import LocalSettings
from orchestrator.engine.supervised import LAUNCHER

_HANDLER = "orchestrator.worker.handle"


def busy_workers(settings: LocalSettings) -> list[psutil.Process]:
    """The workers that have an engine running.

    Raises EmulatorNotRunningError, EmulatorNotAnsweringError.
    """
    emulator = psutil.Process(running_emulator(settings).pid)
    return [process for process in emulator.children(recursive=True) if _is_busy_worker(process)]


def _is_busy_worker(process: psutil.Process) -> bool:
    # A process that ends meanwhile is none.
    with suppress(psutil.NoSuchProcess):
        return _HANDLER in process.cmdline() and any(map(_is_launcher, process.children()))
    return False


def _is_launcher(process: psutil.Process) -> bool:
    return any(argument.endswith(f"/{LAUNCHER.name}") for argument in process.cmdline())
