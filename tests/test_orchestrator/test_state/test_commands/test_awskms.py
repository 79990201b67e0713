"""Cloud secrets providers: a key of KMS on the local AWS, and the way to the service and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.installation import LocalInstallation
from orchestrator.state.names import StackName
from state_cli import PROJECT, CliParts, StateCli, served_cli

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

WITH_SECRET = """
    import probe, pulumi
    item = probe.Item("a", token=pulumi.Config("shop").require_secret("pw"))
    pulumi.export("token", item.token)
"""


@pytest.fixture
def kms_url(installation: LocalInstallation) -> str:
    region = installation.settings.region
    return f"awskms://{installation.bootstrap.state_key_alias}?region={region}"


@pytest.fixture
def cli(installation: LocalInstallation, parts: CliParts, tmp_path: Path) -> Iterator[StateCli]:
    endpoint = installation.aws_settings.endpoint_url or ""
    with served_cli(parts, tmp_path, installation.settings.aws_environment(endpoint)) as made:
        yield made


def test_from_kms_to_the_service_and_back(cli: StateCli, kms_url: str) -> None:
    """change-secrets-provider takes config and state along, and the stack's record with them."""
    cli.new_stack("dev", f"--secrets-provider={kms_url}")
    assert cli.state()["secrets_providers"]["type"] == "cloud"
    cli.ok("config", "set", "--secret", "shop:pw", "hunter2")
    cli.write_program(WITH_SECRET)
    cli.up()

    for wanted, found in (("default", "service"), (kms_url, "cloud")):
        cli.ok("stack", "change-secrets-provider", wanted)
        assert cli.state()["secrets_providers"]["type"] == found
        record = cli.service.stacks.require(StackName(PROJECT, "dev"))
        assert (record.secrets is not None) == (found == "cloud")
        assert cli.ok("config", "get", "shop:pw").strip() == "hunter2"
        assert cli.json("stack", "output", "--json", "--show-secrets") == {"token": "hunter2"}
        cli.preview("--expect-no-changes")
        cli.up()


def test_missing_settings_file(cli: StateCli, kms_url: str) -> None:
    """Without its file the stack stays with KMS, and the CLI writes the file anew when asked to."""
    cli.new_stack("dev", f"--secrets-provider={kms_url}")
    cli.ok("config", "set", "--secret", "shop:pw", "hunter2")
    cli.write_program(WITH_SECRET)
    cli.up()
    present = cli.state()["secrets_providers"]
    kept = cli.settings_file("dev").read_text()
    plain = f"config:\n  probe:world: {cli.world}\n  shop:pw: other\n"
    cli.settings_file("dev").write_text(plain)

    done = cli.operate("up", "--yes", "--skip-preview")

    assert done.returncode != 0
    assert "from 'cloud' to 'service'" in done.stdout + done.stderr
    assert cli.state()["secrets_providers"] == present
    cli.environment["PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"] = "true"
    cli.up()
    written = cli.settings_file("dev").read_text()
    assert present["state"]["encryptedkey"] in written
    cli.settings_file("dev").write_text(kept)
    cli.up()
    assert cli.state()["secrets_providers"] == present


def test_rename(cli: StateCli, kms_url: str) -> None:
    """A renamed stack keeps its key, whose context is not its name."""
    cli.new_stack("dev", f"--secrets-provider={kms_url}&context_stack=stk-1")
    cli.ok("config", "set", "--secret", "shop:pw", "hunter2")
    cli.write_program(WITH_SECRET)
    cli.up()

    cli.ok("stack", "rename", "prod")

    assert cli.json("stack", "output", "--json", "--show-secrets") == {"token": "hunter2"}
    cli.preview("--expect-no-changes")
