"""`hoist login | logout | whoami | tokens` through the real API, behind a gateway that believes
what a signature says of its signer."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from access_sites import settings_document, user_arn
from command_line import CommandLine, command_line
from command_site import CommandSite, command_site
from hoist.access.token_book import LONGEST_LIFETIME
from hoist.access.tokens import new_token
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from scripted_runs import BEGINNING
from scripted_server import HangUp, Reply, ScriptedServer

ADA, EVE = user_arn("ada"), user_arn("eve")
KEY = "canary-aws-5f1"


@pytest.fixture
def site() -> Iterator[CommandSite]:
    """Ada operates the shop, and looks at everything."""
    settings = settings_document((ADA, "operator", "shop/*"), (ADA, "viewer", "*/*"))
    with command_site(access_settings=settings) as real:
        # The server's clock and that of the command line stand still at the same instant.
        real.estate.clock.advance((BEGINNING - real.estate.clock.now()).total_seconds())
        yield real


@pytest.fixture
def line(site: CommandSite, tmp_path: Path) -> CommandLine:
    """The command line of Ada, who has AWS credentials and has not signed in."""
    return with_credentials(command_line(tmp_path, site.url), "ada")


def with_credentials(line: CommandLine, name: str) -> CommandLine:
    line.environ = {
        "AWS_ACCESS_KEY_ID": f"AKIA{name}",
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": "eu-north-1",
    }
    return line


def saved(line: CommandLine) -> SavedToken | None:
    return SavedTokens.of({"HOME": str(line.project.parent)}).find(line.url)


def test_signing_in_and_out(site: CommandSite, line: CommandLine) -> None:
    """Commands work from the one to the other, and the token is good for nothing after it."""
    assert line.run("whoami").exit_code == ExitCode.AUTHENTICATION

    signed_in = line.run("login")

    assert signed_in.exit_code == ExitCode.OK, signed_in.err
    assert ADA in signed_in.out
    assert "operator on shop/*, viewer on */*" in signed_in.out
    assert "2026-11-23 18:00:00 UTC" in signed_in.out
    token = saved(line)
    assert token
    assert json.loads(line.run("whoami", "--json").out)["token_id"] == token.token.id
    assert line.ask("config", "set", "size", "3").exit_code == ExitCode.OK
    assert line.run("logout").out == f"Signed out of {site.url}.\n"
    assert saved(line) is None
    assert site.estate.access.tokens()[1:] == []
    assert line.run("whoami").exit_code == ExitCode.AUTHENTICATION


def test_a_token_is_narrowed_when_it_is_asked_for(line: CommandLine) -> None:
    """In role, stacks and time."""
    ran = line.run("login", "--role", "viewer", "--stacks", "shop/*", "--hours", "1", "--json")

    shown = json.loads(ran.out)
    assert shown["limit"] == {"role": "viewer", "stacks": "shop/*"}
    assert shown["expires_at"] == "2026-11-23T11:00:00.000Z"
    assert "viewer on shop/*" in line.run("whoami").out
    refused = line.ask("config", "set", "size", "3", "--json")
    assert refused.exit_code == ExitCode.AUTHENTICATION
    assert json.loads(refused.out)["error"]["code"] == "permission_missing"


def test_the_longest_time_is_that_of_the_server(line: CommandLine) -> None:
    """And an hour more is refused before anything is sent."""
    hours = LONGEST_LIFETIME // timedelta(hours=1)

    assert line.run("login", "--hours", str(hours)).exit_code == ExitCode.OK
    assert line.run("login", "--hours", str(hours + 1)).exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("options", "code", "exit_code"),
    [
        (["--stacks", "shop"], "stack_pattern_invalid", ExitCode.USAGE),
        (["--role", "root"], "usage", ExitCode.USAGE),
        (["--role", "admin"], "scope_too_wide", ExitCode.AUTHENTICATION),
    ],
)
def test_wishes_that_cannot_be(
    line: CommandLine, options: list[str], code: str, exit_code: ExitCode
) -> None:
    """They are told, and nothing is saved."""
    ran = line.run("login", *options, "--json")

    assert (ran.exit_code, json.loads(ran.out)["error"]["code"]) == (exit_code, code)
    assert saved(line) is None


def test_a_stranger_gets_no_token(line: CommandLine) -> None:
    """However good their AWS credentials are."""
    ran = with_credentials(line, "eve").run("login", "--json")

    assert ran.exit_code == ExitCode.AUTHENTICATION
    assert json.loads(ran.out)["error"]["code"] == "principal_unmapped"
    assert EVE in ran.err


def test_the_token_is_in_nothing_that_is_printed(line: CommandLine) -> None:
    """Nor are the AWS credentials: the one file alone has the token."""
    printed = ""
    for command in ("login", "login --json", "whoami", "tokens", "tokens --json", "stacks"):
        ran = line.run(*command.split())
        assert ran.exit_code == ExitCode.OK, ran.err
        printed += ran.out + ran.err

    token = saved(line)
    assert token
    assert token.token.id in printed
    assert re.findall(r"hoist_[0-9a-f]+", printed) == []
    assert token.token.text.reveal().split("_")[2][:12] not in printed
    assert KEY not in printed


def test_another_server_is_named(site: CommandSite, tmp_path: Path) -> None:
    """Each server has a token of its own."""
    line = with_credentials(command_line(tmp_path, "http://127.0.0.1:1"), "ada")

    assert line.run("login", site.url).exit_code == ExitCode.OK
    assert line.run("whoami").exit_code == ExitCode.AUTHENTICATION
    assert line.run("whoami", "--server", site.url).exit_code == ExitCode.OK
    assert line.run("logout", site.url).exit_code == ExitCode.OK


def test_tokens_are_listed_and_revoked(site: CommandSite, line: CommandLine) -> None:
    """One's own; what was revoked is good for nothing."""
    line.run("login")
    first = saved(line)
    line.run("login")
    assert first

    listed = json.loads(line.run("tokens", "--json").out)
    table = line.run("tokens").out

    assert len(listed) == 2
    assert all(token["person"] == ADA and token["id"] in table for token in listed)
    assert line.run("tokens", "revoke", first.token.id).out == (
        f"Token {first.token.id} is revoked.\n"
    )
    again = line.run("tokens", "revoke", first.token.id, "--json")
    assert json.loads(again.out)["error"]["code"] == "token_not_found"
    assert site.estate.access.token(first.token.id) is None


def test_a_token_is_not_taken_from_the_command_line(line: CommandLine) -> None:
    """Others could read it there; it is not repeated, and nothing is sent."""
    text = new_token().text.reveal()

    ran = line.run("tokens", "revoke", text)

    assert ran.exit_code == ExitCode.USAGE
    assert text not in ran.out + ran.err


def test_signing_out_of_what_has_ended(site: CommandSite, line: CommandLine) -> None:
    """It was revoked elsewhere, or its time is over: that is what was wanted."""
    line.run("login")
    token = saved(line)
    assert token
    site.estate.access.delete_token(token.token.id)

    ended = line.run("logout", "--json")
    again = line.run("logout", "--json")

    assert json.loads(ended.out) == {"server": site.url, "was_signed_in": True}
    assert json.loads(again.out) == {"server": site.url, "was_signed_in": False}


def test_signing_out_without_an_answer(server: ScriptedServer, tmp_path: Path) -> None:
    """The token may be good still: its file stays, so that it can be tried again."""
    line = command_line(tmp_path, server.url)
    token = SavedToken(server.url, new_token(), "ada", BEGINNING)
    SavedTokens.of({"HOME": str(tmp_path)}).save(token)
    server.on("DELETE", f"/v1/tokens/{token.token.id}", HangUp())

    ran = line.run("logout")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert saved(line) == token


@pytest.mark.parametrize("token", ["", "canary-3", "hoist_1_2"])
def test_an_answer_without_a_token_is_told(
    server: ScriptedServer, tmp_path: Path, token: str
) -> None:
    """What answered is no Hoist server; nothing is saved and nothing repeated."""
    grants = {"role": "admin", "stacks": "*/*"}
    issued = {"id": "x", "token": token, "person": "ada", "grants": [grants], "limit": grants}
    answer = Reply({**issued, "expires_at": "2026-11-23T18:00:00Z"}, status=201)
    server.on("POST", "/v1/tokens", answer)
    line = with_credentials(command_line(tmp_path, server.url), "ada")

    ran = line.run("login")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert saved(line) is None
    assert "canary-3" not in ran.err


def test_too_many_tokens_are_told_at_once(server: ScriptedServer, tmp_path: Path) -> None:
    """Whoever was told to come back in an hour is not kept waiting for it."""
    problem = {"code": "too_many_requests", "detail": "too many", "way_out": "try again in 3600 s"}
    server.on("POST", "/v1/tokens", Reply(problem, status=429, headers={"Retry-After": "3600"}))
    line = with_credentials(command_line(tmp_path, server.url), "ada")

    ran = line.run("login")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert "3600 s" in ran.err
    assert len(server.asked) == 1
