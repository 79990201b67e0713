"""Running pip, with a script in its place."""

from pathlib import Path

import pytest

from orchestrator.engine.programs.errors import DependencyNotInstalledError
from orchestrator.engine.programs.pip import SubprocessPip


def _script(tmp_path: Path, text: str) -> Path:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return script


def test_what_it_runs(tmp_path: Path) -> None:
    """The interpreter's own pip is run, without questions and without news of itself."""
    pip = SubprocessPip(_script(tmp_path, 'echo "$@"'), options=["--no-index"])

    result = pip(["--target", "x"])

    assert result.exit_code == 0
    assert result.output == (
        "-m pip install --disable-pip-version-check --no-input --no-index --target x"
    )


def test_what_it_says(tmp_path: Path) -> None:
    """The end of what pip says on either stream is kept, without credentials."""
    text = "seq 1 2000; echo from https://me:hunter2@example.org/simple >&2; exit 3"

    result = SubprocessPip(_script(tmp_path, text))([])

    assert result.exit_code == 3
    assert len(result.output) <= 2_000
    assert result.output.endswith("1999\n2000\nfrom https://****@example.org/simple")


def test_a_pip_that_hangs(tmp_path: Path) -> None:
    """A pip that does not end is given up on."""
    pip = SubprocessPip(_script(tmp_path, "exec sleep 30"), timeout_seconds=0.05)

    with pytest.raises(DependencyNotInstalledError, match="not done after"):
        pip([])
