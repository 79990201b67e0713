"""`make e2e`, as far as it can be seen without an account."""

import subprocess
import sys
from pathlib import Path

import pytest

from hoist.cli.settings import process_environment
from running_hoist import running_hoist

REPOSITORY = Path(__file__).resolve().parents[2]


def collected(**settings: str) -> "subprocess.CompletedProcess[str]":
    """What pytest would run of it."""
    environment = {"PATH": process_environment().get("PATH", ""), **settings}
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "tests/test_e2e_aws"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.thorough
def test_it_is_there_only_for_who_asks() -> None:
    """Without an address there is nothing to run, so that CI never does; with one there is."""
    unasked, asked = collected(), collected(HOIST_E2E_URL="https://api.example.com/live")

    assert "no tests collected" in unasked.stdout
    assert "test_two_stacks_on_an_account" in asked.stdout


@pytest.mark.thorough
def test_make_says_what_it_needs() -> None:
    """Without an address it ends at once, and says so."""
    environment = {"PATH": process_environment().get("PATH", "")}
    # `-o`: the environment is as old as it wants to be.
    refused = subprocess.run(
        ["make", "-o", "setup", "e2e"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode != 0
    assert "HOIST_E2E_URL" in refused.stderr


@pytest.mark.engine
@pytest.mark.emulator
def test_it_passes_on_a_local_aws(tmp_path: Path) -> None:
    """Whatever is at the address, the commands are the same: the local front is one, too."""
    with running_hoist(tmp_path) as hoist:
        local = {
            "HOIST_E2E_URL": hoist.url,
            "HOIST_LOCAL_DIR": str(hoist.installation.settings.directory),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        done = subprocess.run(
            ["make", "-o", "setup", "e2e"],
            cwd=REPOSITORY,
            env={**process_environment(), **local},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "1 passed" in done.stdout
