"""Stacks of the bare CLI move in, work, and move out again, to be used without Hoist."""

from pathlib import Path

import pytest

from hoist_command import HoistShell
from orchestrator.engine.host.zygotes import Zygote
from serving_cli import LaptopCli, LaptopStack, bare_backend, laptop_cli, new_stack, served_backend
from serving_process import serving

pytestmark = pytest.mark.engine

PROGRAM = """
    import probe
    import pulumi

    first = probe.Item("first", value=1, token=pulumi.Output.secret("s3cret-value"))
    second = probe.Item("second", value=first.value, replaceKey=1)
    pulumi.export("token", first.token)
"""
PREVIEW = ("preview", "--stack", "dev", "--non-interactive", "--expect-no-changes")


@pytest.fixture
def bare(tmp_path: Path, zygote: Zygote) -> LaptopCli:
    """A laptop whose CLI keeps stacks in a folder by itself."""
    folder = tmp_path / "bare"
    folder.mkdir()
    return laptop_cli(tmp_path / "laptop", zygote, bare_backend(f"file://{folder}"))


def deployed(cli: LaptopCli) -> LaptopStack:
    """A stack with resources and a tag."""
    stack = new_stack(cli)
    cli.succeed("stack", "tag", "set", "--stack", "dev", "team", "red")
    cli.write_program(PROGRAM)
    cli.up()
    return stack


@pytest.mark.parametrize("packing", ["", "PULUMI_DIY_BACKEND_GZIP", "PULUMI_DIY_BACKEND_ZSTD"])
def test_in_and_out_of_a_folder(packing: str, bare: LaptopCli, tmp_path: Path) -> None:
    """Neither the server after an import nor the bare CLI after an export sees any change."""
    packed = bare.on({**bare.backend, packing: "true"}) if packing else bare
    deployed(packed)
    shell = HoistShell(tmp_path, {})

    moved = shell.run("state", "import", "--from", f"file://{tmp_path}/bare", "--store", "store")

    assert moved.exit_code == 0, moved.err
    with serving(tmp_path / "store") as server:
        served = bare.on(served_backend(server.url, server.access_token))
        served.succeed(*PREVIEW, program=True)
        tags = served.json("stack", "tag", "ls", "--stack", "dev", "--json")
        assert tags["team"] == "red"
        served.write_program(PROGRAM.replace("value=1", "value=2"))
        served.up()
        shown = served.json("stack", "output", "--stack", "dev", "--json", "--show-secrets")
    moved = shell.run("state", "export", "--to", f"file://{tmp_path}/out", "--store", "store")
    assert moved.exit_code == 0, moved.err
    again = bare.on(bare_backend(f"file://{tmp_path}/out"))
    again.succeed(*PREVIEW, program=True)
    assert again.json("stack", "output", "--stack", "dev", "--json", "--show-secrets") == shown
    tags = again.json("stack", "tag", "ls", "--stack", "dev", "--json")
    assert tags["team"] == "red"


def test_a_store_that_is_served_takes_stacks_in(bare: LaptopCli, tmp_path: Path) -> None:
    """An import need not wait for the end of the server, which shows the stack at once."""
    new_stack(bare)
    with serving(tmp_path / "store") as server:
        served = bare.on(served_backend(server.url, server.access_token))
        assert served.json("stack", "ls", "--json") == []

        HoistShell(tmp_path, {}).run(
            *("state", "import", "--from", f"file://{tmp_path}/bare", "--store", "store")
        )

        assert [each["name"] for each in served.json("stack", "ls", "--json")] == ["dev"]
        served.succeed("stack", "rm", "dev", "--yes")


@pytest.mark.parametrize("packing", ["PULUMI_DIY_BACKEND_GZIP", "PULUMI_DIY_BACKEND_ZSTD"])
def test_a_folder_is_taken_in_where_it_is(packing: str, bare: LaptopCli, tmp_path: Path) -> None:
    """The bare CLI's own folder becomes a store, and packed checkpoints plain ones."""
    stack = deployed(bare.on({**bare.backend, packing: "true"}))
    folder = tmp_path / "bare"
    shell = HoistShell(tmp_path, {})

    moved = shell.run("state", "import", "--from", f"file://{folder}", "--store", str(folder))

    assert moved.exit_code == 0, moved.err
    with serving(folder) as server:
        served = bare.on(served_backend(server.url, server.access_token))
        served.succeed(*PREVIEW, program=True)
        served.succeed("destroy", "--yes", "--stack", "dev", "--non-interactive")
    assert stack.world.names() == []
    assert bare.json("stack", "export", "--stack", "dev")["deployment"].get("resources") is None
