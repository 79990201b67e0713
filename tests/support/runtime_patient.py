"""A process of its own for truth tests: quiet, but for the burdens that the test puts on it.

Nothing of the test's process shows in its numbers, whatever else runs there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from health_samplers import lambda_environment

_SCRIPT = Path(__file__).with_name("runtime_patient_process.py")


class PatientDiedError(AssertionError):
    """The process ended instead of answering."""


class Patient:
    """The process, as the test speaks with it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def do(self, program: str) -> Any:
        """Let it do so; what the program leaves in `answer`. Raises PatientDiedError."""
        try:
            _pipe(self._process.stdin).write(json.dumps(program) + "\n")
            _pipe(self._process.stdin).flush()
        except BrokenPipeError:
            raise PatientDiedError(self.ended_by()) from None
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise PatientDiedError(self.ended_by())
        return json.loads(line)

    def sample(self) -> dict[str, Any]:
        """What its log would say about it now."""
        told: dict[str, Any] = self.do("answer = sample()")
        return told

    def ended_by(self) -> int:
        """Its exit status, as subprocess has it, once it has ended."""
        return self._process.wait(timeout=60)


@contextmanager
def patient(
    *, within: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Patient]:
    """A function's process of 512 MiB unless told otherwise; `within` is what starts it."""
    with subprocess.Popen(
        [*within, sys.executable, str(_SCRIPT)],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(_SCRIPT.parent),
            **(lambda_environment() if environment is None else environment),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Patient(process)
        finally:
            process.kill()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
