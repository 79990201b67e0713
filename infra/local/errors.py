"""Errors of the local installation.

HoistError
  EngineStepError             one way of getting the engine did not work out; the next is tried
  EngineUnavailableError      none of the ways worked
  UnsupportedPlatformError    there is no engine for this kind of machine
  ToolFailedError             a program that we ran for its result failed
  EmulatorNotInstalledError   the emulator's environment could not be made
  EmulatorNotStartedError     the emulator was started and did not become healthy
  EmulatorNotAnsweringError   the emulator's process is there and does not answer
  EmulatorNotRunningError     something needs the local AWS and it is down
  PortInUseError              somebody else listens on the port
  OtherPortError              it runs already, on another port than was asked for
  InvalidSettingError         a setting in the environment cannot be understood
  ForeignDirectoryError       the local directory holds somebody else's files
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class EngineStepError(HoistError):
    """One way of getting the engine did not work out."""

    code = "engine_step_failed"


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A way of getting the engine, and why it did not work."""

    name: str
    reason: str


class EngineUnavailableError(EnvironmentFaultError):
    """None of the ways of getting the engine worked."""

    code = "engine_unavailable"

    def __init__(self, version: str, go_version: str, failed_steps: Sequence[FailedStep]) -> None:
        steps = "".join(f"\n  - {step.name}: {step.reason}" for step in failed_steps)
        super().__init__(
            f"the Pulumi engine {version} could not be obtained:{steps}",
            way_out=f"install the Pulumi CLI {version} (https://www.pulumi.com/docs/install/)"
            f" or Go {go_version} or newer (https://go.dev/dl/), then try again",
        )
        self.failed_steps = tuple(failed_steps)


class UnsupportedPlatformError(EnvironmentFaultError):
    """There is no engine for this kind of machine."""

    code = "unsupported_platform"

    def __init__(self, system: str, machine: str) -> None:
        super().__init__(
            f"Hoist does not run on {system} with {machine}",
            way_out="use Linux or macOS on a 64-bit Intel, AMD or ARM machine",
        )


class ToolFailedError(EnvironmentFaultError):
    """A program that we ran for its result failed."""

    code = "tool_failed"

    def __init__(self, tool: str, problem: str, last_lines: Sequence[str] = ()) -> None:
        said = "".join(f"\n    {line}" for line in last_lines)
        super().__init__(f"{tool} {problem}{':' if said else ''}{said}")


class EmulatorNotInstalledError(EnvironmentFaultError):
    """The emulator's environment could not be made."""

    code = "emulator_not_installed"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the local AWS could not be installed: {reason}",
            way_out="see that this machine reaches a Python package index (pip's own settings are"
            " respected) and that Python has its venv module, then try again",
        )


class EmulatorNotStartedError(EnvironmentFaultError):
    """The emulator was started and did not become healthy."""

    code = "emulator_not_started"

    def __init__(self, problem: str, *, log: Path, last_lines: Sequence[str]) -> None:
        said = "".join(f"\n    {line}" for line in last_lines) or "\n    (nothing)"
        super().__init__(
            f"the local AWS {problem}; the last it said:{said}",
            way_out=f"read {log}; `hoist local down --purge` starts over without the local data",
        )


class EmulatorNotAnsweringError(EnvironmentFaultError):
    """The emulator's process is there and does not answer."""

    code = "emulator_not_answering"

    def __init__(self, pid: int, port: int) -> None:
        super().__init__(
            f"the local AWS runs (process {pid}) but does not answer on port {port}",
            way_out="stop it with `hoist local down`, then `hoist local up`",
        )


class EmulatorNotRunningError(UsageError):
    """Something needs the local AWS and it is down."""

    code = "local_not_running"

    def __init__(self) -> None:
        super().__init__("the local AWS is not running", way_out="start it with `hoist local up`")


class PortInUseError(UsageError):
    """Somebody else listens on the port."""

    code = "port_in_use"

    def __init__(self, port: int, *, setting: str = "HOIST_LOCAL_PORT") -> None:
        super().__init__(
            f"port {port} on 127.0.0.1 is in use by another program",
            way_out=f"stop that program, or set {setting} to a free port"
            " (what was deployed locally may remember the old one: then purge and deploy again)",
        )
        self.port = port


class OtherPortError(UsageError):
    """It runs already, on another port than was asked for."""

    code = "other_port"

    def __init__(
        self,
        *,
        running: int,
        wanted: int | None,
        what: str = "the local AWS",
        setting: str = "HOIST_LOCAL_PORT",
    ) -> None:
        super().__init__(
            f"{what} already runs on port {running}, not on {wanted}",
            way_out=f"stop it with `hoist local down` first, or unset {setting}",
        )


class InvalidSettingError(UsageError):
    """A setting in the environment cannot be understood."""

    code = "invalid_setting"


class ForeignDirectoryError(UsageError):
    """The local directory holds somebody else's files."""

    code = "foreign_directory"

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory} is not empty and was not made by `hoist local up`",
            way_out="point HOIST_LOCAL_DIR at an empty or new directory",
        )
