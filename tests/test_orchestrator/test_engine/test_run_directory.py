"""The directory of a run: for its owner only, complete, and gone afterwards."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from engine_capabilities import without_capabilities
from engine_children import eventually
from hoist.aws import AwsCredentials
from hoist.secret import Secret
from orchestrator.engine.run_directory import (
    RunDirectory,
    engine_environment,
    program_environment,
    run_directory,
    stack_settings,
    write_aws_credentials,
    write_bare_project,
    write_login,
    write_stack_settings,
)
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, SecretsProvider, StackRecord

NAME = StackName("shop", "dev")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
STACK = StackRecord(
    id="stk-1",
    name=NAME,
    created_at=NOW,
    config={"shop:size": ConfigValue("3"), "shop:key": ConfigValue("v1:a:b", is_secret=True)},
    secrets=SecretsProvider("awskms://alias/hoist?region=north", "d3JhcHBlZA=="),
)

CLOSES_A_FOLDER = """
import os, sys
from pathlib import Path
from orchestrator.engine.run_directory import run_directory
with run_directory(Path(sys.argv[1]), plugins=Path("/")) as directory:
    inner = directory.temporary / "closed" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    (inner / "link").symlink_to(sys.argv[2], target_is_directory=True)
    inner.parent.chmod(0)
    directory.root.chmod(0)
print(os.listdir(sys.argv[1]))
"""

HOLDS_A_RUN = """
import sys, time
from pathlib import Path
from orchestrator.engine.run_directory import run_directory
with run_directory(Path(sys.argv[1]), plugins=Path("/")) as directory:
    print(directory.root, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[RunDirectory]:
    with run_directory(tmp_path / "runs", plugins=tmp_path) as directory:
        directory.program.mkdir()
        yield directory


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_run_leaves_nothing(tmp_path: Path) -> None:
    """When a run ends, also by an error, its directory is gone, and the plugins are not."""
    plugins = tmp_path / "plugins"
    (plugins / "resource-probe-v1.0.0").mkdir(parents=True)

    def fail_in_a_run() -> None:
        with run_directory(tmp_path / "runs", plugins=plugins) as directory:
            assert (directory.pulumi_home / "plugins" / "resource-probe-v1.0.0").is_dir()
            (directory.temporary / "left").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail_in_a_run()

    assert list((tmp_path / "runs").iterdir()) == []
    assert (plugins / "resource-probe-v1.0.0").is_dir()


def test_only_its_owner_looks_into_it(directory: RunDirectory) -> None:
    """The directory and each file with credentials in it is closed to other users."""
    write_login(directory, "http://127.0.0.1:1", Secret("tok"), now=NOW)
    write_aws_credentials(directory, AwsCredentials("id", Secret("key"), Secret("session")))
    write_stack_settings(directory, STACK)

    assert mode_of(directory.root) == 0o700
    files = [path for path in directory.root.rglob("*") if path.is_file() and path.stat().st_size]
    written = [path for path in files if "plugins" not in path.parts]
    assert len(written) == 3
    assert {mode_of(path) for path in written} == {0o600}


def test_the_engine_keeps_no_log_of_its_own(directory: RunDirectory) -> None:
    """Where its debug logs would go, it can make no folder."""
    with pytest.raises(FileExistsError):
        (directory.pulumi_home / "logs").mkdir()


def test_the_engine_is_logged_in_by_file(directory: RunDirectory) -> None:
    """The login is the engine's own file, for the one address, and not to be checked again."""
    write_login(directory, "http://127.0.0.1:1", Secret("tok"), now=NOW)

    login = json.loads((directory.pulumi_home / "credentials.json").read_text())

    assert login["current"] == "http://127.0.0.1:1"
    assert login["accessTokens"] == {"http://127.0.0.1:1": "tok"}
    assert login["accounts"]["http://127.0.0.1:1"]["lastValidatedAt"] == "2026-01-02T00:00:00+00:00"


def test_credentials_are_in_the_shared_file(directory: RunDirectory) -> None:
    """AWS credentials stand in the file that every SDK reads, a session token among them."""
    write_aws_credentials(directory, AwsCredentials("id", Secret("key"), Secret("session")))

    assert directory.aws_credentials_file.read_text().splitlines() == [
        "[default]",
        "aws_access_key_id = id",
        "aws_secret_access_key = key",
        "aws_session_token = session",
    ]


def test_settings_hold_ciphertext_and_the_wrapped_key() -> None:
    """The stack's settings have the data key, plain values, and secret ones as they are stored."""
    assert yaml.safe_load(stack_settings(STACK)) == {
        "secretsprovider": "awskms://alias/hoist?region=north",
        "encryptedkey": "d3JhcHBlZA==",
        "config": {"shop:size": "3", "shop:key": {"secure": "v1:a:b"}},
    }


def test_our_settings_replace_those_of_the_program(directory: RunDirectory) -> None:
    """A settings file that came with the program does not count."""
    brought = directory.program / "Pulumi.dev.yaml"
    brought.write_text("secretsprovider: passphrase\n")

    write_stack_settings(directory, STACK)

    assert brought.read_text() == stack_settings(STACK)


def test_a_bare_project_bears_the_stacks_project(tmp_path: Path) -> None:
    """Operations without a program still have a project, of the right name."""
    with run_directory(tmp_path / "runs", plugins=tmp_path) as directory:
        write_bare_project(directory, NAME)
        project = yaml.safe_load((directory.program / "Pulumi.yaml").read_text())

    assert project == {"name": "shop", "runtime": "python"}


def test_environments_are_lists_of_our_own(directory: RunDirectory) -> None:
    """Engine and program see what we name and nothing of this process; the program less of it."""
    aws = {"AWS_REGION": "north"}

    engine = engine_environment(directory, backend_url="http://127.0.0.1:1", aws=aws)
    program = program_environment(directory, aws=aws)

    assert {name: engine[name] for name in program} == program
    assert not any(name.startswith("PULUMI") for name in program)
    assert engine["PULUMI_BACKEND_URL"] == "http://127.0.0.1:1"
    for name in ("HOME", "TMPDIR", "AWS_SHARED_CREDENTIALS_FILE"):
        assert Path(program[name]).is_relative_to(directory.root)


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """A directory whose process was killed is removed; one whose process lives is not touched."""
    runs = tmp_path / "runs"
    living, killed = start_a_run(runs), start_a_run(runs)
    try:
        living_root, killed_root = root_of(living), root_of(killed)
        killed.kill()
        killed.wait()

        with run_directory(runs, plugins=tmp_path) as directory:
            assert sorted(runs.iterdir()) == sorted([living_root, directory.root])
        assert killed_root not in list(runs.iterdir())
    finally:
        for process in (living, killed):
            process.kill()
            process.communicate()


@pytest.mark.thorough
def test_a_folder_that_was_closed_is_removed(tmp_path: Path) -> None:
    """Whose owner took away their own rights, and without a change where a link in it leads."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)

    told = subprocess.check_output(
        without_capabilities(
            [sys.executable, "-c", CLOSES_A_FOLDER, str(tmp_path / "runs"), str(elsewhere)]
        ),
        text=True,
    )

    assert told == "[]\n"
    assert mode_of(elsewhere) == 0o755


def start_a_run(runs: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_RUN, str(runs)], stdout=subprocess.PIPE, text=True
    )


def root_of(process: "subprocess.Popen[str]") -> Path:
    assert process.stdout is not None
    root = Path(process.stdout.readline().strip())
    assert eventually((root / "tmp").is_dir)
    return root
