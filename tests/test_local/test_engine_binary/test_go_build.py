"""The build with Go, by a `go` that notes how it was called."""

from pathlib import Path

import pytest

from local.engine_binary.go_build import GoBuild
from local.engine_binary.pin import EnginePin
from local.errors import EngineStepError
from local_installation import PINNED, made_up_settings, write_program
from recording_progress import RecordingProgress

# Answers for its version, and "builds" a file that holds its own arguments.
GO = """\
if [ "$1" = env ]; then echo {version}; exit 0; fi
echo runtime >&2; echo fmt >&2
while [ "$1" != -o ]; do arguments="$arguments $1"; shift; done
echo "$PWD|$CGO_ENABLED|$arguments $3" > "$2"
exit {status}
"""


def build_with(directory: Path, *, version: str = "go1.26.8", status: int = 0) -> GoBuild:
    """The build on a machine with this `go`."""
    write_program(directory / "bin" / "go", GO.format(version=version, status=status))
    return build_without_go(directory)


def build_without_go(directory: Path) -> GoBuild:
    settings = made_up_settings(directory)
    return GoBuild(
        EnginePin(PINNED, (1, 25)),
        settings.repository / "infra" / "engine",
        str(directory / "bin"),
        settings.tool_environment,
    )


def test_builds_the_pinned_package_with_the_version_in_it(tmp_path: Path) -> None:
    """Go is called in the module's directory, without C, pinned, and told the version."""
    build_with(tmp_path).write(tmp_path / "engine", RecordingProgress())

    directory, cgo, arguments = (tmp_path / "engine").read_text().strip().split("|")
    assert directory == str(tmp_path / "repository" / "infra" / "engine")
    assert cgo == "0"
    variable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
    assert arguments.split() == [
        *("build", "-v", "-trimpath", "-mod=readonly"),
        *("-ldflags", "-s", "-w", "-X", f"{variable}=v3.250.0"),
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ]


def test_tells_how_long_it_may_take_and_how_far_it_is(tmp_path: Path) -> None:
    """The task says that it takes minutes and counts the packages."""
    progress = RecordingProgress()

    build_with(tmp_path).write(tmp_path / "engine", progress)

    (sentence,) = progress.tasks
    assert "three to five minutes" in sentence
    assert progress.tasks[sentence].details[-1] == "2 packages so far"


@pytest.mark.parametrize("version", ["go1.25", "go1.25.0", "go1.26.8", "go2.0"])
def test_a_new_enough_go_is_accepted(tmp_path: Path, version: str) -> None:
    """The oldest Go that go.mod allows, and every newer one, builds."""
    build_with(tmp_path, version=version).write(tmp_path / "engine", RecordingProgress())

    assert (tmp_path / "engine").exists()


@pytest.mark.parametrize("version", ["go1.24.9", "go1.9", "devel", ""])
def test_an_old_or_unknown_go_is_refused(tmp_path: Path, version: str) -> None:
    """An older Go is not even tried; the reason names the needed one."""
    build = build_with(tmp_path, version=version)

    with pytest.raises(EngineStepError, match=r"older than 1\.25"):
        build.write(tmp_path / "engine", RecordingProgress())


def test_without_go_the_reason_is_that(tmp_path: Path) -> None:
    """Without a `go` on PATH nothing is tried."""
    build = build_without_go(tmp_path)

    with pytest.raises(EngineStepError, match="no `go` on PATH"):
        build.write(tmp_path / "engine", RecordingProgress())


def test_a_failed_build_shows_what_go_said(tmp_path: Path) -> None:
    """The reason holds Go's last lines."""
    with pytest.raises(EngineStepError, match=r"go ended with status 2:\n    runtime\n    fmt"):
        build_with(tmp_path, status=2).write(tmp_path / "engine", RecordingProgress())
