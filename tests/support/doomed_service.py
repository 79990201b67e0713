"""A whole Hoist process that is going to be killed: one operation, in a process of its own.

    python doomed_service.py WHERE STACK PROGRAM

Started by a test beside its own installation, on the same local AWS.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deployments import TestStack
from engine_children import eventually
from engine_processes import processes_below
from hoist.clock import SystemClock
from local.emulator_status import running_emulator
from local.installation import local_installation
from local.progress import SilentProgress
from local.settings import LocalSettings
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.programs.archive import build_archive
from orchestrator.state.names import StackName


def run_operation(settings: LocalSettings, name: StackName, program: Path) -> None:
    """One up, as the `hoist` command does it."""
    installation = local_installation(
        settings, running_emulator(settings), clock=SystemClock(), progress=SilentProgress()
    )
    with installation.runner() as runner:
        runner.run(
            Operation(OperationKind.UP, name, recreate_pending=True),
            build_archive(program),
            listener=lambda _event: None,
        )


@contextmanager
def doomed_service(stack: TestStack) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that goes up with the stack; it is killed at the end of the block if not before."""
    settings = stack.workshop.installation.settings
    process = subprocess.Popen(
        [
            *(sys.executable, __file__, str(settings.directory)),
            *(stack.name.project, stack.name.stack, str(stack.directory)),
        ],
        env={
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "HOME": str(Path.home()),
            "PATH": settings.search_path,
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_service(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Kill it and nothing else; what it had started and what is still alive a while later."""
    started = processes_below(process.pid)
    process.kill()
    process.wait()
    eventually(lambda: not _alive(started))
    assert started
    return _alive(started)


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [found for found in processes if found.is_running() and not _is_zombie(found)]


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def main(arguments: list[str]) -> None:
    directory, project, stack, program = arguments
    settings = LocalSettings.from_environment(
        {"HOIST_LOCAL_DIR": directory, "HOME": str(Path.home())}
    )
    run_operation(settings, StackName(project, stack), Path(program))


if __name__ == "__main__":
    main(sys.argv[1:])
