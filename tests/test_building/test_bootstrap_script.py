"""What the emulator starts."""

import subprocess
from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import Build

ECHO = '#!/bin/sh\necho "$@"\necho $AWS_LAMBDA_LOG_GROUP_NAME $AWS_LAMBDA_INITIALIZATION_TYPE\n'


@pytest.fixture
def bootstrap(build: Build, artifacts: Artifacts) -> Path:
    return build.stage(artifacts.emulator_api()).path / "bootstrap"


def test_the_runtime_client_gets_the_handler(bootstrap: Path, tmp_path: Path) -> None:
    """The interpreter of the installation runs AWS's client, with what the emulator leaves out."""
    python = tmp_path / "a python"
    python.write_text(ECHO)
    python.chmod(0o755)

    said = subprocess.run(
        [bootstrap],
        env={
            "HOIST_PYTHON": str(python),
            "_HANDLER": "orchestrator.api.handle",
            "AWS_LAMBDA_FUNCTION_NAME": "hoist-local-orchestrator-api",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.splitlines() == [
        "-m awslambdaric orchestrator.api.handle",
        "/aws/lambda/hoist-local-orchestrator-api on-demand",
    ]


def test_without_an_interpreter_it_says_so(bootstrap: Path) -> None:
    """A function that was not told its interpreter fails at once, naming the setting."""
    failed = subprocess.run(
        [bootstrap], env={"_HANDLER": "x.y"}, capture_output=True, text=True, check=False
    )

    assert failed.returncode != 0
    assert "HOIST_PYTHON" in failed.stderr
