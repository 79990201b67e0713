"""`hoist audit`, against a server that answers with pages, and on files alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit_site import CHAIN, AuditSite, act, session_signer
from audit_tampering import lines_of, with_entry, written
from hoist.access.tokens import new_token
from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.cli.main import hoist
from hoist.cli.server.address import SERVER_VARIABLE
from hoist.cli.server.settings import TOKEN_VARIABLE
from hoist_command import Ran
from orchestrator.audit.acts import DONE, refused
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.heads import key_id_of
from orchestrator.audit.pages import entry_page_document, head_page_document
from scripted_server import ScriptedServer

ENTRIES = "/v1/stacks/shop/prod/audit/entries"
HEADS = "/v1/stacks/shop/prod/audit/heads"


@pytest.fixture
def server(site: AuditSite) -> Iterator[ScriptedServer]:
    """A server with the audit of two acts, anchored, and of a third one that was refused."""
    site.grow(2)
    site.anchoring().anchor(CHAIN)
    site.trail().note(CHAIN, act("delete_stack", why="too big"), refused("access_denied"))
    with ScriptedServer() as scripted:
        first = site.reading().entries(limit=3)
        rest = site.reading().entries(before=first.next_before)
        scripted.on("GET", ENTRIES, entry_page_document(first), entry_page_document(rest))
        scripted.on("GET", HEADS, head_page_document(site.reading().heads()))
        yield scripted


def run(site: AuditSite, *arguments: str, url: str = "http://127.0.0.1:1") -> Ran:
    """The command, to its end; by default nobody would answer it."""
    environ = {SERVER_VARIABLE: url, TOKEN_VARIABLE: new_token().text.reveal()}
    context = CliContext(environ=environ, clock=site.clock)
    with CliRunner().isolation() as (out, err, _):
        code = run_command(hoist, ["audit", *arguments], context)
        return Ran(code, out.getvalue().decode(), err.getvalue().decode())


def test_show(site: AuditSite, server: ScriptedServer) -> None:
    """The last entries are a table: who did what to what, and how it ended."""
    ran = run(site, "show", "shop/prod", "--limit", "3", url=server.url)

    assert ran.exit_code == 0, ran.err
    headings, *rows = ran.out.splitlines()
    assert headings.split() == [
        "NUMBER", "AT", "WHO", "WHAT", "SUBJECT", "RESULT", "FROM", "WHY",
    ]  # fmt: skip
    assert [row.split()[0] for row in rows] == ["#3", "#4", "#5"]
    assert "refused access_denied" in rows[-1]
    assert rows[-1].endswith("too big")
    assert "done (of #3)" in rows[1]
    (asked,) = server.asked_for("GET", ENTRIES)
    assert asked.query == {"before": "0", "limit": "3"}


def test_show_obeys_nobody(site: AuditSite) -> None:
    """What somebody wrote to hide a line on a terminal is shown as what it is."""
    site.trail().note(CHAIN, act(subject="shop\x1b[2K\r/prod", why="\x1b[1A"), DONE)
    with ScriptedServer() as server:
        server.on("GET", ENTRIES, entry_page_document(site.reading().entries()))
        ran = run(site, "show", "shop/prod", url=server.url)

    assert "shop?[2K?/prod" in ran.out
    assert "\x1b" not in ran.out


def test_show_as_json(site: AuditSite, server: ScriptedServer) -> None:
    """With --json the entries are printed whole, each with its hash."""
    shown = json.loads(run(site, "show", "shop/prod", "--json", url=server.url).out)

    assert [each["number"] for each in shown] == [3, 4, 5]
    assert [each["hash"] for each in shown] == [each.hash for each in site.entries()[2:]]


def test_export_and_verify(site: AuditSite, server: ScriptedServer, tmp_path: Path) -> None:
    """An export is verified with no server there, and says how far the signature goes."""
    file = tmp_path / "shop.ndjson"
    assert run(site, "export", "shop/prod", "-o", str(file), url=server.url).exit_code == 0

    ran = run(site, "verify", "--file", str(file))

    assert ran.exit_code == 0, ran.err
    assert f"chain {CHAIN}: 5 entries, nothing was changed" in ran.out
    key = key_id_of(session_signer().public_key())
    assert f"signed up to entry 4 by key {key}" in ran.out
    assert "1 entries are behind the last signed head" in ran.out
    assert run(site, "verify", "--file", str(file), "--key", key).exit_code == 0
    assert run(site, "verify", "--file", str(file), "--key", "0" * 64).exit_code == ExitCode.FAILED


def test_verify_at_the_server(site: AuditSite, server: ScriptedServer) -> None:
    """A stack is verified through all pages of entries and heads."""
    ran = run(site, "verify", "shop/prod", "--json", url=server.url)

    verdict = json.loads(ran.out)
    assert ran.exit_code == 0
    assert (verdict["entry_count"], verdict["anchored_to"]) == (5, 4)
    assert verdict["findings"] == []


def test_a_changed_export(site: AuditSite, server: ScriptedServer, tmp_path: Path) -> None:
    """What was changed is named by chain and entry, and the exit code is 1."""
    file = tmp_path / "shop.ndjson"
    file.write_bytes(written(with_entry(lines_of(site.export()), 3, why="none")))

    ran = run(site, "verify", "--file", str(file))
    told = run(site, "verify", "--file", str(file), "--json")

    assert (ran.exit_code, told.exit_code) == (ExitCode.FAILED, ExitCode.FAILED)
    assert f"flipped: entry 3 of chain {CHAIN}" in ran.out
    finding = json.loads(told.out)["findings"][0]
    assert (finding["kind"], finding["chain"], finding["number"]) == ("flipped", CHAIN, 3)


def test_a_begun_act_is_told(site: AuditSite, tmp_path: Path) -> None:
    """An act without an end is no change of the chain, but it is shown."""
    file = tmp_path / "shop.ndjson"
    site.grow(1)
    full = lines_of(site.export())
    file.write_bytes(written(full[:2]))

    ran = run(site, "verify", "--file", str(file))

    assert ran.exit_code == 0
    assert "begun, and nobody told the end: #1" in ran.out


def test_the_chain_of_the_installation(site: AuditSite) -> None:
    """What belongs to no stack has a name and a route of its own."""
    site.grow(1, chain=INSTALLATION)
    with ScriptedServer() as server:
        page = entry_page_document(site.reading(INSTALLATION).entries())
        server.on("GET", "/v1/audit/entries", page)
        ran = run(site, "show", INSTALLATION, url=server.url)

        (asked,) = server.asked_for("GET", "/v1/audit/entries")
        assert asked.query["chain"] == INSTALLATION

    assert ran.exit_code == 0, ran.err
    assert len(ran.out.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify"], "usage"),
        (["verify", "shop/prod", "--file", "{file}"], "usage"),
        (["verify", "--file", "{file}"], "audit_file"),
        (["verify", "--file", "{file}.none"], "usage"),
        (["show", "shop"], "bad_request"),
        (["show", "shop/../prod"], "bad_request"),
        (["export", "shop/prod", "-o", "{file}/in/a/file"], "server_unreachable"),
    ],
)
def test_wrong_command_lines(
    site: AuditSite, tmp_path: Path, arguments: list[str], code: str
) -> None:
    """What cannot be done is refused by name, with a way out."""
    file = tmp_path / "other.txt"
    file.write_text("something else\n")

    ran = run(site, *(each.format(file=file) for each in arguments), "--json")

    error = json.loads(ran.out)["error"]
    assert error["code"] == code
    assert error["way_out"]
    assert ran.exit_code in (ExitCode.USAGE, ExitCode.ENVIRONMENT_FAULT)


def test_a_file_that_cannot_be_written(
    site: AuditSite, server: ScriptedServer, tmp_path: Path
) -> None:
    """An export into a folder that is not there is refused as that."""
    ran = run(site, "export", "shop/prod", "-o", str(tmp_path / "no" / "file"), url=server.url)

    assert ran.exit_code == ExitCode.USAGE
    assert "cannot be written" in ran.err


def test_a_server_of_something_else(site: AuditSite) -> None:
    """An answer that is no page of the audit is an error, not a verdict."""
    with ScriptedServer() as server:
        server.on("GET", HEADS, {"chain": CHAIN, "heads": [{"head": 1}], "next_before": 0})
        ran = run(site, "verify", "shop/prod", url=server.url)

    assert ran.exit_code == ExitCode.FAILED
    assert "a head of the audit is none" in ran.err
