"""The pinned engine and the platform's name."""

from pathlib import Path

import pytest

from local.engine_binary.pin import (
    EnginePin,
    Platform,
    UnreadablePinError,
    platform_named,
    read_pin,
)
from local.errors import UnsupportedPlatformError
from local.settings import LocalSettings
from local_installation import GO_MOD


def test_reads_the_version_of_the_engine_and_of_go(tmp_path: Path) -> None:
    """The pin is the version of the engine's module, not of another of Pulumi's."""
    (tmp_path / "go.mod").write_text(GO_MOD)

    assert read_pin(tmp_path / "go.mod") == EnginePin(version="v3.250.0", go=(1, 25))


def test_reads_a_requirement_inside_a_block(tmp_path: Path) -> None:
    """The engine's module may be one of several in a `require` block."""
    (tmp_path / "go.mod").write_text(
        "go 1.26\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.1.2 // indirect\n)\n"
    )

    assert read_pin(tmp_path / "go.mod") == EnginePin(version="v3.1.2", go=(1, 26))


def test_the_repository_pins_an_engine() -> None:
    """The go.mod in this repository can be read."""
    go_mod = LocalSettings.of_this_process().repository / "infra" / "engine" / "go.mod"

    assert read_pin(go_mod).version == "v3.250.0"


@pytest.mark.parametrize("text", ["", "go 1.25\n", "require github.com/pulumi/pulumi/pkg/v3 v1\n"])
def test_a_file_without_the_pin_is_named(tmp_path: Path, text: str) -> None:
    """A go.mod that does not say which engine is an error that names the file."""
    (tmp_path / "go.mod").write_text(text)

    with pytest.raises(UnreadablePinError, match=r"go\.mod does not pin"):
        read_pin(tmp_path / "go.mod")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A missing go.mod is the same error."""
    with pytest.raises(UnreadablePinError, match=r"go\.mod does not pin"):
        read_pin(tmp_path / "go.mod")


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("Linux", "x86_64", Platform("linux", "amd64")),
        ("Linux", "aarch64", Platform("linux", "arm64")),
        ("Darwin", "arm64", Platform("darwin", "arm64")),
        ("Darwin", "x86_64", Platform("darwin", "amd64")),
    ],
)
def test_names_platforms_as_go_does(system: str, machine: str, expected: Platform) -> None:
    """Each platform that we run on has Go's name."""
    assert platform_named(system, machine) == expected


@pytest.mark.parametrize(("system", "machine"), [("Windows", "AMD64"), ("Linux", "riscv64")])
def test_other_platforms_are_refused_by_name(system: str, machine: str) -> None:
    """A platform without an engine is an error that names it."""
    with pytest.raises(UnsupportedPlatformError, match=f"{system} with {machine}"):
        platform_named(system, machine)
