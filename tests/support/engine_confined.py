"""A confined worker process that runs programs with the real engine, one after the other.

    python engine_confined.py '{"store": ..., "programs": ..., "home": ..., "runs": ...,
                                "kms_url": ..., "lent": ..., "wanted": [...]}'

For each of the wanted programs, previewed on `trial/dev`, it prints a line of JSON: `WorkerRun`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from engine_capabilities import without_capabilities
from engine_hostile import descriptors
from hoist.clock import SystemClock
from orchestrator.engine.confinement import confine_this_process
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.runner import OperationEvent, Runner
from orchestrator.engine.watching import ProgramOutput
from orchestrator.state.names import StackName
from orchestrator.work.programs import stored_program
from storages import directory_opener
from work_engine_room import PROJECT, engine_room
from work_queue import FifoQueue
from work_sites import FolderOfPrograms, WorkSite

# In the worker's environment, as Lambda puts them there.
CANARY = "canary-of-the-function-5b1e"
FUNCTION_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "ASIAFUNCTION",
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "AWS_SESSION_TOKEN": CANARY,
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
}


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """What a program said, how its run went, and what was left below the worker and on disk."""

    outcome: str
    lines: Sequence[str]
    complaints: Sequence[str]
    children: Sequence[int]
    files: Sequence[str]
    descriptors: Sequence[str]
    """What the worker had open while the program ran."""

    @property
    def told(self) -> Mapping[str, Any]:
        """The last line of the program, which is JSON."""
        found: Mapping[str, Any] = json.loads(self.lines[-1])
        return found


def confined_runs(site: WorkSite, directory: Path, kms_url: str, *wanted: str) -> list[WorkerRun]:
    """Run these programs in a worker of their own, of a user without capabilities."""
    lent = directory / "lent"
    lent.write_text(CANARY)
    order = {
        "store": str(directory / "store"),
        "programs": str(site.programs.folder),
        "home": str(directory / "engine"),
        "runs": str(directory / "runs"),
        "kms_url": kms_url,
        "lent": str(lent),
        "wanted": wanted,
    }
    done = subprocess.run(
        without_capabilities([sys.executable, __file__, json.dumps(order)]),
        env={
            **FUNCTION_ENVIRONMENT,
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "HOME": str(Path.home()),
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    return [WorkerRun(**json.loads(line)) for line in done.stdout.splitlines()]


def _work(order: Mapping[str, Any]) -> None:
    confine_this_process()
    # Open to be inherited, which nothing in the worker is.
    os.set_inheritable(os.open(order["lent"], os.O_RDONLY), True)  # noqa: FBT003
    clock, runs = SystemClock(), Path(order["runs"])
    programs = FolderOfPrograms(Path(order["programs"]))
    site = WorkSite(directory_opener(Path(order["store"])), clock, FifoQueue(clock), programs)
    room = engine_room(Path(order["home"]), runs, kms_url=order["kms_url"])
    zygote = Zygote()
    try:
        runner = Runner(
            replace(room, owns_process=True), site.service(), site.data_keys, zygote, clock=clock
        )
        for digest in order["wanted"]:
            ran = _run(runner, site, digest, zygote=zygote, runs=runs)
            os.write(1, json.dumps(asdict(ran)).encode() + b"\n")
    finally:
        zygote.close()


def _run(runner: Runner, site: WorkSite, digest: str, *, zygote: Zygote, runs: Path) -> WorkerRun:
    lines: list[str] = []
    open_meanwhile: set[str] = set()

    def listen(event: OperationEvent) -> None:
        if isinstance(event, ProgramOutput):
            lines.append(event.line)
            open_meanwhile.update(descriptors())

    operation = Operation(OperationKind.PREVIEW, StackName(PROJECT, "dev"))
    result = runner.run(operation, stored_program(site.programs, digest), listener=listen)
    below = psutil.Process().children(recursive=True)
    return WorkerRun(
        outcome=str(result.outcome),
        lines=lines,
        complaints=[found.message for found in result.diagnostics],
        children=[process.pid for process in below if process.pid != zygote.pid],
        files=sorted(os.listdir(runs)),
        descriptors=sorted(open_meanwhile),
    )


if __name__ == "__main__":
    _work(json.loads(sys.argv[1]))
