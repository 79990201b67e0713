"""Stacks move between a bare CLI's bucket, a store on this machine, and an installation."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from hoist.aws import Aws
from hoist_command import HoistShell
from local.installation import LocalInstallation
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.state.names import StackName
from serving_cli import laptop_cli, new_stack

pytestmark = [pytest.mark.emulator, pytest.mark.engine]

PREVIEW = ("preview", "--stack", "dev", "--non-interactive", "--expect-no-changes")
PROGRAM = "import probe\nprobe.Item('item', value=1)\n"


@dataclass(frozen=True, slots=True)
class AwsSite:
    """An installation on the local AWS, and how commands reach it."""

    installation: LocalInstallation
    shell: HoistShell

    def new_bucket(self) -> str:
        """A bucket that keeps no versions, as people have them."""
        name = f"bare-{secrets.token_hex(6)}"
        Aws(self.installation.aws_settings).s3().create_bucket(Bucket=name)
        return name

    def backend(self, bucket: str, prefix: str = "") -> Mapping[str, str]:
        """The environment of a bare CLI on the bucket."""
        return {**self.environment, "PULUMI_BACKEND_URL": self.url(bucket, prefix)}

    def url(self, bucket: str, prefix: str = "") -> str:
        """The address as `pulumi login` takes it."""
        region = self.installation.settings.region
        return f"s3://{bucket}{prefix}?region={region}&s3ForcePathStyle=true"

    @property
    def environment(self) -> Mapping[str, str]:
        endpoint = self.installation.aws_settings.endpoint_url or ""
        return self.installation.settings.aws_environment(endpoint)

    @property
    def place(self) -> tuple[str, ...]:
        """The options that name the installation's store."""
        bootstrap = self.installation.bootstrap
        return ("--table", bootstrap.state_table, "--bucket", bootstrap.state_bucket)

    def move(self, *arguments: str) -> None:
        moved = self.shell.run("state", *arguments)
        assert moved.exit_code == 0, moved.err + moved.out


@pytest.fixture
def site(installation: LocalInstallation, tmp_path: Path) -> AwsSite:
    """The session's installation; commands run in the test's folder."""
    endpoint = installation.aws_settings.endpoint_url or ""
    environment = installation.settings.aws_environment(endpoint)
    return AwsSite(installation, HoistShell(tmp_path, environment))


def test_from_a_bucket_into_an_installation_and_out(
    site: AwsSite, tmp_path: Path, zygote: Zygote
) -> None:
    """What a bare CLI made on a bucket is Hoist's after an import, and a bucket's after an export.

    The addresses are those of `pulumi login`, with a folder in the bucket.
    """
    source, target = site.new_bucket(), site.new_bucket()
    cli = laptop_cli(tmp_path / "laptop", zygote, site.backend(source, "/team/state"))
    new_stack(cli)
    cli.write_program(PROGRAM)
    cli.up()

    site.move("import", "--from", site.url(source, "/team/state"), *site.place, "shop/dev")

    name = StackName("shop", "dev")
    service = site.installation.service
    assert service.stacks.require(name).version == 0
    assert "item" in str(service.stacks.state(name).resources)
    # Hoist's own bucket is a bare CLI's backend as well.
    own = cli.on(site.backend(site.installation.bootstrap.state_bucket))
    own.succeed(*PREVIEW, program=True)

    site.move("export", "--to", site.url(target), *site.place, "shop/dev")
    site.move("export", "--to", site.url(target), *site.place, "shop/dev")

    cli.on(site.backend(target)).succeed(*PREVIEW, program=True)
    service.stacks.delete(name, force=True)


def test_from_a_bucket_into_a_folder(site: AwsSite, tmp_path: Path, zygote: Zygote) -> None:
    """A stack on a bucket comes to a laptop, and goes to another bucket."""
    source, target = site.new_bucket(), site.new_bucket()
    cli = laptop_cli(tmp_path / "laptop", zygote, site.backend(source))
    new_stack(cli)
    cli.write_program(PROGRAM)
    cli.up()

    site.move("import", "--from", site.url(source), "--store", "store")
    site.move("export", "--to", site.url(target, "/new"), "--store", "store")

    cli.on(site.backend(target, "/new")).succeed(*PREVIEW, program=True)
