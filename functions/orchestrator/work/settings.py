"""What the worker is told by its environment, besides where the installation is."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from orchestrator.settings import SettingMissingError
from orchestrator.work.answering import SliceTimes
from orchestrator.work.errors import WorkerSettingError

DEFAULT_WORK_DIRECTORY = "/tmp/hoist"  # noqa: S108 - Lambda's only place; below it all is private


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The engine, and where and how long it may work."""

    engine: Path
    plugins: Path
    work_directory: Path
    times: SliceTimes

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises SettingMissingError, WorkerSettingError."""
        defaults = SliceTimes()
        return cls(
            engine=_path(environ, "HOIST_ENGINE"),
            plugins=_path(environ, "HOIST_PLUGINS"),
            work_directory=Path(environ.get("HOIST_WORK_DIRECTORY") or DEFAULT_WORK_DIRECTORY),
            times=SliceTimes(
                margin_seconds=_seconds(
                    environ, "HOIST_SLICE_MARGIN_SECONDS", defaults.margin_seconds
                ),
                reserve_seconds=_seconds(
                    environ, "HOIST_SLICE_RESERVE_SECONDS", defaults.reserve_seconds
                ),
            ),
        )

    @classmethod
    def of_this_process(cls) -> Self:
        """Raises SettingMissingError, WorkerSettingError."""
        return cls.from_environment(os.environ)


def _path(environ: Mapping[str, str], name: str) -> Path:
    if not environ.get(name):
        raise SettingMissingError(name)
    return Path(environ[name])


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    try:
        seconds = float(text or default)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise WorkerSettingError(
            f"{name} is {text!r}", way_out="set it to a number of seconds, or not at all"
        )
    return seconds
