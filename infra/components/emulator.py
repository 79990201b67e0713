"""The setting `hoist:emulator`: there only where the stack is deployed to a local AWS.

A JSON object: `python`, the interpreter that runs the functions; `parallelRuns`; and
`workerEnvironment`, what the worker's image says on AWS, variable by variable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.errors import SettingsError
from components.json_settings import json_object

_KEYS = frozenset({"python", "parallelRuns", "workerEnvironment"})


@dataclass(frozen=True, slots=True)
class Emulator:
    """What functions need on an emulator that AWS or an image gives them otherwise."""

    python: str
    parallel_runs: int
    worker_environment: Mapping[str, str]


def read_emulator(config: pulumi.Config) -> Emulator | None:
    """The setting, or None on AWS; raises SettingsError."""
    text = config.get("emulator")
    if not text:
        return None
    given = json_object(text, _KEYS, _refused)
    return Emulator(
        python=_python(given.get("python")),
        parallel_runs=_parallel_runs(given.get("parallelRuns")),
        worker_environment=_environment(given.get("workerEnvironment")),
    )


def _python(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise _refused("needs `python`, the absolute path of an interpreter")
    return value


def _parallel_runs(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _refused("needs `parallelRuns`, a number from 1 on")
    return value


def _environment(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _refused("needs `workerEnvironment`, texts by the names of variables")
    return value


def _refused(reason: str) -> SettingsError:
    return SettingsError(f"hoist:emulator {reason}; `hoist local deploy` sets it as it must be")
