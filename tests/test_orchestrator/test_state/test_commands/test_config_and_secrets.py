"""Config, outputs, and the secrets providers."""

import shutil

import pytest

from state_cli import StateCli, serving

pytestmark = pytest.mark.engine

WITH_SECRET = """
    import probe, pulumi
    item = probe.Item("a", value=1, token=pulumi.Config("shop").require_secret("pw"))
    pulumi.export("token", item.token)
    pulumi.export("plain", 7)
"""
PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "correct horse"}


@pytest.fixture
def deployed(cli: StateCli) -> StateCli:
    """A stack with the `service` provider, a secret in its config and in its state."""
    cli.new_stack("dev")
    cli.ok("config", "set", "--secret", "shop:pw", "hunter2")
    cli.write_program(WITH_SECRET)
    cli.up()
    return cli


def test_config(deployed: StateCli) -> None:
    """config set, set --secret, get and refresh, with keys of this service."""
    cli = deployed
    assert "hunter2" not in cli.settings_file("dev").read_text()
    assert cli.ok("config", "get", "shop:pw").strip() == "hunter2"
    assert "hunter2" in cli.ok("config", "--show-secrets")
    cli.settings_file("dev").unlink()

    cli.ok("config", "refresh", "--force")

    assert cli.ok("config", "get", "shop:pw").strip() == "hunter2"
    assert cli.ok("config", "get", "probe:world").strip() == str(cli.world)


def test_outputs(deployed: StateCli) -> None:
    """output, and output --show-secrets, as text and as JSON."""
    cli = deployed
    assert cli.json("stack", "output", "--json") == {"plain": 7, "token": "[secret]"}
    shown = cli.json("stack", "output", "--json", "--show-secrets")

    assert shown == {"plain": 7, "token": "hunter2"}
    assert "hunter2" not in cli.ok("stack", "export")
    assert "hunter2" in cli.ok("stack", "export", "--show-secrets")


def test_another_address(deployed: StateCli) -> None:
    """The same stack works from another port, with a fresh login: only the address changes."""
    cli = deployed
    before = cli.state()["secrets_providers"]["state"]
    shutil.rmtree(cli.home)
    cli.make_home()

    with serving(cli):
        cli.ok("stack", "select", "dev")
        assert cli.state()["secrets_providers"]["state"] == {**before, "url": cli.url}
        assert cli.url != before["url"]
        cli.preview("--expect-no-changes")
        cli.write_program(WITH_SECRET.replace("value=1", "value=2"))
        cli.up()
        shown = cli.json("stack", "output", "--json", "--show-secrets")

    assert shown["token"] == "hunter2"


def test_rename(deployed: StateCli) -> None:
    """rename keeps secrets readable and resources known, in another project as well."""
    cli = deployed
    cli.ok("stack", "init", "taken", "--no-select")
    assert "already exists" in cli.fails("stack", "rename", "taken")

    cli.ok("stack", "rename", "prod")

    assert cli.json("stack", "output", "--json", "--show-secrets")["token"] == "hunter2"
    cli.preview("--expect-no-changes")
    assert cli.names("--version", "1") == ["a"]
    assert "no stack named" in cli.fails("stack", "select", "dev")

    cli.ok("stack", "rename", "organization/blog/prod")
    cli.write_program(WITH_SECRET, project="blog")
    cli.ok("stack", "select", "organization/blog/prod")
    cli.preview("--expect-no-changes")
    cli.up()
    kinds = [update["kind"] for update in cli.json("stack", "history", "--json")]
    assert kinds == ["update", "rename", "rename", "update"]


def test_missing_settings_file(cli: StateCli) -> None:
    """A stack does not move to another provider because a file is gone, and the way back works."""
    cli.environment |= PASSPHRASE
    cli.new_stack("dev", "--secrets-provider=passphrase")
    cli.ok("config", "set", "--secret", "shop:pw", "hunter2")
    cli.write_program(WITH_SECRET)
    cli.up()
    present, kept = cli.state()["secrets_providers"], cli.settings_file("dev").read_text()
    cli.settings_file("dev").write_text(f"config:\n  probe:world: {cli.world}\n  shop:pw: x\n")

    for program in (WITH_SECRET, WITH_SECRET.replace("value=1", "value=2")):
        cli.write_program(program)
        done = cli.operate("up", "--yes", "--skip-preview")
        assert done.returncode != 0
        said = done.stdout + done.stderr
        assert "change the secrets provider of 'shop/dev' from 'passphrase' to 'service'" in said
        assert "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true" in said

    assert cli.state()["secrets_providers"] == present
    cli.environment["PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"] = "true"
    cli.up()
    assert cli.state()["secrets_providers"] == present
    assert "encryptionsalt" in cli.settings_file("dev").read_text()
    cli.settings_file("dev").write_text(kept)
    assert cli.ok("config", "get", "shop:pw").strip() == "hunter2"


def test_change_of_provider(deployed: StateCli) -> None:
    """change-secrets-provider goes from the service to a passphrase, and back."""
    cli = deployed
    cli.environment |= PASSPHRASE

    for wanted, found in (("passphrase", "passphrase"), ("default", "service")):
        # The CLI asks for a new passphrase, whatever is in the environment.
        cli.ok("stack", "change-secrets-provider", wanted, given="correct horse\n" * 2)
        assert cli.state()["secrets_providers"]["type"] == found
        assert cli.ok("config", "get", "shop:pw").strip() == "hunter2"
        assert cli.json("stack", "output", "--json", "--show-secrets")["token"] == "hunter2"
        cli.preview("--expect-no-changes")
        cli.up()
