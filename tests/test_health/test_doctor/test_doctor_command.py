"""`hoist doctor` as a person runs it: with nothing, and on a local AWS before it is deployed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments import fresh_installation
from emulator_for_tests import running_emulator
from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell, Ran
from local.installation import LocalInstallation

pytestmark = pytest.mark.thorough

# Nobody's machine: no files of AWS, and no service that gives instances their credentials.
NOBODY = {"AWS_EC2_METADATA_DISABLED": "true"}


def ask(directory: Path, *arguments: str, **environ: str) -> Ran:
    shell = HoistShell(directory, {**NOBODY, "HOME": str(directory), **environ})
    return shell.run("doctor", *arguments)


def findings(ran: Ran) -> dict[str, str]:
    """The command of each finding, by its id."""
    document = json.loads(ran.out)
    return {each["id"]: each["action"]["command"] for each in document["findings"]}


def test_without_a_region_one_is_asked_for(tmp_path: Path) -> None:
    """Nothing is tried, and the command that chooses one is told."""
    ran = ask(tmp_path)

    assert ran.exit_code == ExitCode.HEALTH_FAILS
    assert ran.out.startswith("hoist-dev fails: 1 failure")
    assert "aws configure" in ran.out
    assert "Traceback" not in ran.err


def test_without_credentials_nothing_breaks(tmp_path: Path) -> None:
    """It says that AWS does not know the caller, and how to sign in."""
    ran = ask(tmp_path, "--region", "eu-central-1", "--json")

    assert ran.exit_code == ExitCode.HEALTH_FAILS
    assert findings(ran) == {"access.credentials": "aws configure sso"}
    assert "Traceback" not in ran.err


def test_local_goes_without_names(tmp_path: Path) -> None:
    """--local and a named installation contradict each other."""
    assert ask(tmp_path, "--local", "--region", "eu-central-1").exit_code == ExitCode.USAGE


def test_local_aws_that_is_down_is_told(tmp_path: Path) -> None:
    """Without a local AWS the command that starts it is told."""
    ran = ask(tmp_path, "--local", HOIST_LOCAL_DIR=str(tmp_path / "local"))

    assert ran.exit_code == ExitCode.USAGE
    assert "hoist local up" in ran.err


@pytest.mark.emulator
def test_empty_account_is_told_the_first_step(tmp_path: Path) -> None:
    """On an AWS without anything, what is missing is named with the command that makes it."""
    with running_emulator(tmp_path / "emulator") as url:
        ran = ask(
            tmp_path,
            *("--installation", "prod", "--json"),
            AWS_ENDPOINT_URL=url,
            AWS_REGION="eu-central-1",
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
        )

    assert ran.exit_code == ExitCode.HEALTH_FAILS
    assert list(findings(ran)) == ["groundwork.bootstrap"]
    assert "--parameter-overrides Environment=prod" in findings(ran)["groundwork.bootstrap"]


@pytest.fixture(scope="module")
def bootstrapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalInstallation]:
    with fresh_installation(tmp_path_factory.mktemp("local")) as made:
        yield made


@pytest.mark.emulator
@pytest.mark.engine
def test_bootstrap_alone_is_checked_and_the_second_step_told(
    bootstrapped: LocalInstallation, tmp_path: Path
) -> None:
    """With the place for state only, that is looked at, and what comes next is the one finding."""
    ran = ask(tmp_path, "--local", "--json", HOIST_LOCAL_DIR=str(bootstrapped.settings.directory))

    assert findings(ran) == {"groundwork.own_stack": "hoist local deploy"}, ran.err
    checks = json.loads(ran.out)["checks"]
    assert {"state_bucket.versioning", "state_table.backups", "state_key.state"} <= set(checks)
    assert not [name for name in checks if name.startswith(("doorbell", "runs_table"))]
