"""`hoist audit` against the real API, over what other commands have done there."""

import json
from pathlib import Path

from access_sites import grant
from audit_site import session_signer
from command_line import CommandLine, command_line
from command_site import DEV, CommandSite, sign_in
from hoist.cli.exit_codes import ExitCode
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.heads import key_id_of
from orchestrator.runs.states import SliceOutcome

SECRET = "pin-4711"


def live(site: CommandSite, line: CommandLine) -> None:
    """A stack is made by its first value, gets a secret one, and a run that succeeds."""
    assert line.ask("config", "set", "size", "3").exit_code == 0
    assert line.ask("config", "set", "pin", "--secret", stdin=SECRET).exit_code == 0
    assert line.operate("destroy", "--yes", "--detach").exit_code == 0
    site.end(site.claim(), SliceOutcome.SUCCEEDED)


def test_what_commands_did_is_shown(site: CommandSite, line: CommandLine) -> None:
    """Person, operation, subject and result of each, and the worker's part; no value."""
    live(site, line)

    ran = line.run("audit", "show", "shop/dev")
    of_all = line.run("audit", "show", INSTALLATION)

    assert (ran.exit_code, of_all.exit_code) == (0, 0), ran.err + of_all.err
    rows = [row.split() for row in ran.out.splitlines()[1:]]
    assert [row[0] for row in rows] == [f"#{number}" for number in range(1, 8)]
    shown = [" ".join(row[3:]) for row in rows]
    assert "ada set_config shop/dev/config/shop:pin begun 127.0.0.1" in shown[0]
    assert "run.claimed" in shown[5]
    assert "done succeeded (of #6)" in shown[6]
    assert SECRET not in ran.out
    assert "set_config" in of_all.out


def test_the_chain_is_proved(site: CommandSite, line: CommandLine, tmp_path: Path) -> None:
    """By the server's own answer, and by a file that needs none; both name the key."""
    live(site, line)
    file, key = tmp_path / "shop.ndjson", key_id_of(session_signer().public_key())
    assert line.run("audit", "export", "shop/dev", "-o", str(file)).exit_code == 0

    asked = line.run("audit", "verify", "shop/dev", "--key", key)
    alone = line.run("audit", "verify", "--file", str(file), "--key", key)

    assert (asked.exit_code, alone.exit_code) == (0, 0), asked.err + alone.err
    assert asked.out == alone.out
    assert f"signed up to entry 7 by key {key}" in asked.out
    assert SECRET not in file.read_text()


def test_an_entry_that_is_gone_is_found(site: CommandSite, line: CommandLine) -> None:
    """What the heads have seen cannot be taken back: the exit code says so."""
    live(site, line)
    chain = site.estate.stacks.require(DEV).id
    site.estate.audit_site.forget_last_entry(chain)

    ran = line.run("audit", "verify", "shop/dev")

    assert ran.exit_code == ExitCode.FAILED
    assert f"truncated: entry 7 of chain {chain}" in ran.out


def test_a_deleted_stack_is_found_by_its_id(site: CommandSite, line: CommandLine) -> None:
    """Its name leads nowhere any more; the installation's chain tells the id, and its last hash."""
    live(site, line)
    chain = site.estate.stacks.require(DEV).id
    assert line.ask("stacks", "rm", "--yes").exit_code == 0

    assert line.run("audit", "show", "shop/dev").exit_code == ExitCode.USAGE
    ended = json.loads(line.run("audit", "show", INSTALLATION, "--json").out)[-1]
    shown = json.loads(line.run("audit", "show", chain, "--json").out)

    assert ended["subject"] == f"{chain}#{shown[-1]['number']}"
    assert ended["digests"]["chain"] == shown[-1]["hash"]
    assert line.run("audit", "verify", chain).exit_code == 0


def test_who_reads_what(site: CommandSite, line: CommandLine, tmp_path: Path) -> None:
    """A viewer of the stack reads its audit, and not the installation's."""
    live(site, line)
    (tmp_path / "eve").mkdir()
    eve = command_line(tmp_path / "eve", site.url)
    sign_in(tmp_path / "eve", site.url, site.estate.token_of("eve", grant("viewer", "shop/*")))

    assert eve.run("audit", "verify", "shop/dev").exit_code == 0
    assert eve.run("audit", "show", INSTALLATION).exit_code == ExitCode.AUTHENTICATION
