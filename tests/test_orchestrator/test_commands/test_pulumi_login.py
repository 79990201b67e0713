"""`hoist login --pulumi`, and the file in which the Pulumi CLI keeps its logins."""

import json
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import settings_document, user_arn
from command_line import CommandLine, command_line
from command_site import CommandSite, command_site
from hoist.access.tokens import new_token
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.saved_tokens import SavedTokens
from orchestrator.commands.pulumi_credentials import PulumiCredentials, PulumiCredentialsError
from scripted_runs import BEGINNING

URL, OTHER = "https://hoist.example.com/hoist", "https://api.example.com"
TOKEN = new_token()


@pytest.fixture
def site() -> Iterator[CommandSite]:
    settings = settings_document((user_arn("ada"), "operator", "shop/*"))
    with command_site(access_settings=settings) as real:
        # The server's clock and that of the command line stand still at the same instant.
        real.estate.clock.advance((BEGINNING - real.estate.clock.now()).total_seconds())
        yield real


@pytest.fixture
def line(site: CommandSite, tmp_path: Path) -> CommandLine:
    """The command line of Ada, who has AWS credentials and has not signed in."""
    line = command_line(tmp_path, site.url)
    line.environ = {
        "AWS_ACCESS_KEY_ID": "AKIAada",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "eu-north-1",
    }
    return line


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pulumi" / "credentials.json"


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def test_signing_in_and_out(site: CommandSite, line: CommandLine) -> None:
    """Both commands have one token, and lose it together."""
    home = line.project.parent
    file = home / ".pulumi" / "credentials.json"

    signed_in = line.run("login", "--pulumi")

    assert signed_in.exit_code == ExitCode.OK, signed_in.err
    assert "`pulumi` is logged in there too" in signed_in.out
    saved = SavedTokens.of({"HOME": str(home)}).find(site.url)
    assert saved
    text = saved.token.text.reveal()
    assert text not in signed_in.out + signed_in.err
    assert read(file)["current"] == site.url
    assert read(file)["accounts"][site.url] == {"accessToken": text}
    assert line.run("logout").exit_code == ExitCode.OK
    assert text not in file.read_text()


def test_without_the_option_pulumi_is_left_alone(line: CommandLine) -> None:
    """A plain login writes nothing of Pulumi's."""
    assert line.run("login").exit_code == ExitCode.OK

    assert not (line.project.parent / ".pulumi").exists()


def test_other_logins_stay(file: Path) -> None:
    """What Pulumi knows of other backends is as before, fields that we do not know included."""
    account = {"accessToken": "pul-1", "username": "x", "futureField": [1]}
    before = {
        "current": OTHER,
        "accessTokens": {OTHER: "pul-1"},
        "accounts": {OTHER: account},
        "futureField": {"a": None},
    }
    file.parent.mkdir()
    file.write_text(json.dumps(before))
    credentials = PulumiCredentials(file)

    credentials.log_in(URL, TOKEN)

    present = read(file)
    assert present["current"] == URL
    assert present["accessTokens"] == {OTHER: "pul-1", URL: TOKEN.text.reveal()}
    assert present["accounts"][OTHER] == account
    credentials.log_out(URL, TOKEN)
    assert read(file) == {**before, "current": ""}


def test_only_the_owner_may_read_it(file: Path) -> None:
    """Whatever the mode of the file was before."""
    file.parent.mkdir()
    file.write_text("{}")
    file.chmod(0o644)

    PulumiCredentials(file).log_in(URL, TOKEN)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_login_of_somebody_else_is_not_undone(file: Path) -> None:
    """A logout forgets its own token, and no newer one."""
    credentials = PulumiCredentials(file)
    credentials.log_in(URL, TOKEN)
    before = file.read_bytes()

    credentials.log_out(URL, new_token())
    credentials.log_out(OTHER, TOKEN)

    assert file.read_bytes() == before


def test_a_logout_makes_no_file(file: Path) -> None:
    """Where there is none, there is nothing to forget."""
    PulumiCredentials(file).log_out(URL, TOKEN)

    assert not file.exists()


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"HOME": "/h"}, "/h/.pulumi/credentials.json"),
        ({"HOME": "/h", "PULUMI_HOME": "/p"}, "/p/credentials.json"),
        (
            {"HOME": "/h", "PULUMI_HOME": "/p", "PULUMI_CREDENTIALS_PATH": "/c"},
            "/c/credentials.json",
        ),
    ],
)
def test_the_file_is_where_pulumi_looks(environ: Mapping[str, str], place: str) -> None:
    """By the same variables."""
    assert PulumiCredentials.of(environ).path == Path(place)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"accounts": []}', '{"accessTokens": "x"}'])
def test_a_file_of_another_form_is_left_alone(file: Path, content: str) -> None:
    """It is refused by its name, and not replaced."""
    file.parent.mkdir()
    file.write_text(content)

    with pytest.raises(PulumiCredentialsError, match=r"credentials\.json cannot be used"):
        PulumiCredentials(file).log_in(URL, TOKEN)

    assert file.read_text() == content


def test_a_folder_in_its_place(file: Path) -> None:
    """What the system says is told."""
    file.mkdir(parents=True)

    with pytest.raises(PulumiCredentialsError):
        PulumiCredentials(file).log_in(URL, TOKEN)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    document=st.dictionaries(
        st.sampled_from(["current", "accessTokens", "accounts", "x"]), _JSON, max_size=4
    )
)
def test_any_document_is_kept_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    """Nothing that is in the file is lost by a login."""
    file = tmp_path_factory.mktemp("home") / "credentials.json"
    file.write_text(json.dumps(document))
    try:
        PulumiCredentials(file).log_in(URL, TOKEN)
    except PulumiCredentialsError:
        assert json.loads(file.read_text()) == document
        return
    after = read(file)
    assert after["accessTokens"].pop(URL) == TOKEN.text.reveal()
    assert after["accessTokens"] == (document.get("accessTokens") or {})
    assert after.get("x") == document.get("x")
