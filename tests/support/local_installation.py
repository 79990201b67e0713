"""Local settings and programs of a made-up machine, below a directory of the test's own."""

from pathlib import Path

from local.settings import LocalSettings

PINNED = "v3.250.0"
# What scripts of these tests need of the real machine.
SYSTEM_PATH = "/usr/bin:/bin"

GO_MOD = f"""\
module hoist.local/engine

go 1.25.11

tool github.com/pulumi/pulumi/pkg/v3/cmd/pulumi

require github.com/pulumi/pulumi/pkg/v3 {PINNED} // indirect

require github.com/pulumi/pulumi/sdk/v3 v9.9.9 // indirect
"""


def made_up_settings(directory: Path, *, port: int | None = None) -> LocalSettings:
    """Settings of a machine whose every file is below `directory`, with `bin` on its PATH."""
    module = directory / "repository" / "infra" / "engine"
    module.mkdir(parents=True, exist_ok=True)
    (module / "go.mod").write_text(GO_MOD)
    (directory / "bin").mkdir(exist_ok=True)
    search_path = f"{directory / 'bin'}:{SYSTEM_PATH}"
    return LocalSettings(
        repository=directory / "repository",
        directory=directory / "local",
        cache_directory=directory / "cache",
        search_path=search_path,
        tool_environment={"PATH": search_path, "HOME": str(directory)},
        port=port,
    )


def write_program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def write_engine(path: Path, version: str = PINNED) -> Path:
    """A program that knows one thing of the engine's: its version."""
    return write_program(path, f'[ "$1" = version ] && echo {version}')
