"""What the worker is told by its environment, besides where the installation is."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from orchestrator.settings import SettingMissingError
from orchestrator.work.answering import SliceTimes
from orchestrator.work.errors import WorkerSettingError

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import ObjectLockModeType

# S3 locks for a hundred years at most.
_MOST_DAYS = 36_500
DEFAULT_WORK_DIRECTORY = "/tmp/hoist"  # noqa: S108 - Lambda's only place; below it all is private


@dataclass(frozen=True, slots=True)
class HeadLock:
    """For how long nobody may delete or replace a head of the audit, and with which exceptions."""

    kept_for: timedelta
    mode: "ObjectLockModeType"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The engine, and where and how long it may work."""

    engine: Path
    plugins: Path
    work_directory: Path
    times: SliceTimes
    head_lock: HeadLock

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
            head_lock=_head_lock(environ),
        )

    @classmethod
    def of_this_process(cls) -> Self:
        """Raises SettingMissingError, WorkerSettingError."""
        return cls.from_environment(os.environ)


def _text(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise SettingMissingError(name)
    return environ[name]


def _path(environ: Mapping[str, str], name: str) -> Path:
    return Path(_text(environ, name))


def _head_lock(environ: Mapping[str, str]) -> HeadLock:
    return HeadLock(
        kept_for=timedelta(days=_days(environ, "HOIST_AUDIT_RETENTION_DAYS")),
        mode=_lock_mode(environ, "HOIST_AUDIT_RETENTION_MODE"),
    )


def _days(environ: Mapping[str, str], name: str) -> int:
    text = _text(environ, name)
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST_DAYS))
    if not (is_number and 1 <= int(text) <= _MOST_DAYS):
        raise WorkerSettingError(
            f"{name} is {text!r}", way_out=f"set it to a number of days, 1 to {_MOST_DAYS}"
        )
    return int(text)


def _lock_mode(environ: Mapping[str, str], name: str) -> "ObjectLockModeType":
    text = _text(environ, name)
    if text == "COMPLIANCE":
        return "COMPLIANCE"
    if text == "GOVERNANCE":
        return "GOVERNANCE"
    raise WorkerSettingError(f"{name} is {text!r}", way_out="set it to COMPLIANCE or to GOVERNANCE")


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
