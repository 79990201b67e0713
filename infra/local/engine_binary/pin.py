"""Which engine: the version in infra/engine/go.mod, the one place that names it."""

import platform
import re
from dataclasses import dataclass
from pathlib import Path

from hoist.errors import EnvironmentFaultError
from local.errors import UnsupportedPlatformError

PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_MODULE_VERSION = re.compile(
    r"^(?:require)?\s+github\.com/pulumi/pulumi/pkg/v3\s+(v\d+\.\d+\.\d+)\b", re.MULTILINE
)
_GO_VERSION = re.compile(r"^go (\d+)\.(\d+)", re.MULTILINE)

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class UnreadablePinError(EnvironmentFaultError):
    """go.mod does not say which engine."""

    code = "unreadable_pin"

    def __init__(self, go_mod: Path) -> None:
        super().__init__(
            f"{go_mod} does not pin github.com/pulumi/pulumi/pkg/v3",
            way_out="restore the file from the repository",
        )


@dataclass(frozen=True, slots=True)
class EnginePin:
    """The pinned engine's version, and the oldest Go (major, minor) that builds it."""

    version: str
    go: tuple[int, int]

    @property
    def go_version(self) -> str:
        return f"{self.go[0]}.{self.go[1]}"


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of machine, in Go's words."""

    system: str
    architecture: str


def read_pin(go_mod: Path) -> EnginePin:
    """Raises UnreadablePinError when the file is missing or does not pin the engine."""
    try:
        text = go_mod.read_text()
    except OSError as error:
        raise UnreadablePinError(go_mod) from error
    version, go = _MODULE_VERSION.search(text), _GO_VERSION.search(text)
    if version is None or go is None:
        raise UnreadablePinError(go_mod)
    return EnginePin(version=version[1], go=(int(go[1]), int(go[2])))


def this_platform() -> Platform:
    """Raises UnsupportedPlatformError where there is no engine."""
    return platform_named(platform.system(), platform.machine())


def platform_named(system: str, machine: str) -> Platform:
    """The platform that the operating system calls so; raises UnsupportedPlatformError."""
    if system not in _SYSTEMS or machine.lower() not in _ARCHITECTURES:
        raise UnsupportedPlatformError(system, machine)
    return Platform(_SYSTEMS[system], _ARCHITECTURES[machine.lower()])
