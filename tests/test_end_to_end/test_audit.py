"""The audit of the deployed Hoist: written by api and worker, signed by KMS, proved by the user."""

import hashlib
import json
from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist.secret import Secret
from hoist_command import HoistCommand
from orchestrator.audit.chains import INSTALLATION
from orchestrator.runs.states import RunKind
from running_hoist import RemoteStack, RunningHoist, eventually

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CANARY = "canary-51bd"


def signing_key_id(deployed: RunningHoist) -> str:
    """As docs/audit.md says that it is found."""
    key = deployed.outputs["signingKeyArn"]
    public = deployed.aws().kms().get_public_key(KeyId=key)["PublicKey"]
    return hashlib.sha256(public).hexdigest()


def test_a_run_is_proved(remote: RemoteStack, deployed: RunningHoist, tmp_path: Path) -> None:
    """Who asked, what the worker did and that it ended are in the chain, whose head is signed by
    the installation's key; a file proves it without a server, and has no secret.
    """
    remote.stack.write_program("import probe, pulumi\nprobe.Item('one')")
    remote.api.set_config("apiToken", Secret(CANARY))
    run = remote.finished(remote.submit(RunKind.UP))
    assert run.state == "succeeded"
    command, name = remote.command(), str(remote.stack.name)
    eventually(
        lambda: command.run("audit", "verify", name, "--json"),
        lambda ran: json.loads(ran.out)["anchored_to"] > 0,
    )

    shown = json.loads(command.run("audit", "show", name, "--json").out)
    file = tmp_path / "audit.ndjson"
    exported = command.run("audit", "export", name, "-o", str(file))
    verified = command.run(
        "audit", "verify", "--file", str(file), "--key", signing_key_id(deployed)
    )

    by_operation = {each["operation"]: each for each in shown}
    asked, ended = by_operation["create_run"], by_operation["run.slice_ended"]
    assert set(by_operation) == {
        *("set_config", "create_run", "run.submitted", "run.claimed", "run.slice_ended"),
    }
    assert asked["who"]["person"].endswith(":user/local")
    assert (ended["subject"], ended["result"]["code"]) == (f"{run.id} update 1", "succeeded")
    assert exported.exit_code == ExitCode.OK, exported.err
    assert verified.exit_code == ExitCode.OK, verified.out + verified.err
    assert CANARY not in file.read_text()


def test_logins_are_in_the_installations_chain(deployed: RunningHoist, tmp_path: Path) -> None:
    """The owner's, which came before everything else; the chain is whole."""
    command = HoistCommand(deployed.installation, tmp_path)

    shown = json.loads(command.run("audit", "show", INSTALLATION, "--json").out)
    verified = command.run("audit", "verify", INSTALLATION)

    assert "issue_token" in {each["operation"] for each in shown}
    assert verified.exit_code == ExitCode.OK, verified.out + verified.err
