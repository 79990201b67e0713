"""`python -m building`, as `make build` and `make smoke` run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.thorough

REPOSITORY = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "building", *arguments], capture_output=True, text=True, check=False
    )


def test_packages_are_listed(tmp_path: Path) -> None:
    """The JSON names every package with its digest, and where the image is made; words do too."""
    command = ("packages", "--installed", "--directory", str(tmp_path))

    done = run(*command, "--json")

    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert [package["artifact"] for package in told["packages"]] == [
        "orchestrator-api",
        "health",
        "rotation",
        "shared-layer",
        "dependencies-layer",
        "emulator-orchestrator-api",
        "emulator-orchestrator-worker",
        "emulator-health",
        "emulator-rotation",
    ]
    for package in told["packages"]:
        path = Path(package["path"])
        assert path.name == f"{package['artifact']}-{package['sha256']}.zip"
        assert path.stat().st_size == package["size_bytes"] < package["unzipped_bytes"]
    assert (Path(told["image"]["directory"]) / "Dockerfile").is_file()
    words = run(*command).stdout.splitlines()
    assert [line.split()[0] for line in words] == [
        *(package["artifact"] for package in told["packages"]),
        "orchestrator-worker-image",
    ]


def test_an_error_is_told_with_its_way_out(tmp_path: Path) -> None:
    """What went wrong is told in words, without a traceback."""
    (tmp_path / "file").touch()

    done = run("packages", "--directory", str(tmp_path / "file"))

    assert done.returncode == 2
    assert "is a file" in done.stderr
    assert "Traceback" not in done.stderr
