"""`hoist state import` and `hoist state export` on a command line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.cli.main import hoist
from hoist.clock import FixedClock
from hoist_command import Ran
from orchestrator.state.names import StackName
from serving_files import DEV, PROD, InMemoryFiles
from storages import NOON


def run(directory: Path, *arguments: str) -> Ran:
    """One command in this process, whose home is the directory."""
    environ = {"HOME": str(directory), "PATH": os.defpath}
    context = CliContext(environ=environ, clock=FixedClock(NOON))
    with CliRunner().isolation() as (out, err, _):
        code = run_command(hoist, ["state", *arguments], context)
        return Ran(code, out.getvalue().decode(), err.getvalue().decode())


def facts(ran: Ran) -> dict[str, dict[str, Any]]:
    """What `--json` told, by stack."""
    return {each["stack"]: each for each in json.loads(ran.out)["stacks"]}


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """The address of a backend with three stacks, one of which is locked."""
    files = InMemoryFiles()
    files.put_stack(DEV, "a", "b")
    files.put_stack(PROD, "c")
    files.put_stack(StackName("shop", "busy"))
    files.put_lock(StackName("shop", "busy"))
    for key, body in files.bodies.items():
        path = tmp_path / "bare" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return f"file://{tmp_path}/bare"


def test_stacks_move_in_and_out(bare: str, tmp_path: Path) -> None:
    """All that can be moved are, the others are told, and what came in goes out."""
    ran = run(tmp_path, "import", "--from", bare)

    assert ran.exit_code == ExitCode.FAILED
    assert "shop/dev   moved    2" in ran.out
    assert "shop/busy: stack 'shop/busy' is locked there by ann@laptop" in ran.err
    assert "way out: wait for it to end" in ran.err

    ran = run(tmp_path, "export", "--to", f"file://{tmp_path}/out", "--json")

    assert ran.exit_code == ExitCode.OK
    assert {name: each["outcome"] for name, each in facts(ran).items()} == {
        "shop/dev": "moved",
        "shop/prod": "moved",
    }
    assert (tmp_path / "out" / DEV.checkpoint_key).exists()
    assert not (tmp_path / "out" / ".hoist").exists()


def test_a_dry_run(bare: str, tmp_path: Path) -> None:
    """It tells what would be done, and leaves no trace."""
    ran = run(tmp_path, "import", "--from", bare, "--dry-run", "--json", "shop/dev")

    assert ran.exit_code == ExitCode.OK
    assert facts(ran)["shop/dev"]["outcome"] == "would_move"
    assert facts(ran)["shop/dev"]["resources"] == 2
    assert not (tmp_path / ".local").exists()


def test_only_the_named_ones(bare: str, tmp_path: Path) -> None:
    """A stack that was not named stays; run again, the first is unchanged."""
    assert run(tmp_path, "import", "--from", bare, "shop/dev").exit_code == ExitCode.OK

    ran = run(tmp_path, "import", "--from", bare, "--json", "shop/prod", "shop/dev", "shop/dev")

    assert {name: each["outcome"] for name, each in facts(ran).items()} == {
        "shop/prod": "moved",
        "shop/dev": "unchanged",
    }


def test_the_digest_is_the_same_on_both_sides(bare: str, tmp_path: Path) -> None:
    """Who compares what went in with what went out compares one text."""
    taken = facts(run(tmp_path, "import", "--from", bare, "--json", "shop/dev"))
    given = facts(run(tmp_path, "export", "--to", f"file://{tmp_path}/out", "--json"))

    assert taken["shop/dev"]["digest"] == given["shop/dev"]["digest"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import",), "Missing option '--from'"),
        (("import", "--from", "gs://bucket"), "no address of a backend"),
        (("import", "--from", "{bare}", "shop/nobody"), "there is no stack 'shop/nobody'"),
        (("import", "--from", "{bare}", "--table", "t"), "a table together with a bucket"),
        (
            ("export", "--to", "{bare}", "--store", "x", "--table", "t", "--bucket", "b"),
            "a table together with a bucket",
        ),
        (("import", "--from", "file:///nowhere"), "no Pulumi CLI keeps stacks there"),
        (("export", "--to", "{bare}", "shop/dev"), "there is no stack 'shop/dev'"),
    ],
)
def test_a_wrong_command_line(
    arguments: tuple[str, ...], said: str, bare: str, tmp_path: Path
) -> None:
    """It is told before anything is moved, with a way out."""
    ran = run(tmp_path, *(argument.format(bare=bare) for argument in arguments))

    assert ran.exit_code == ExitCode.USAGE
    assert said in ran.err
    assert "way out" in ran.err
