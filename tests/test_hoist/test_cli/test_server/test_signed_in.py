"""Which token a command sends, and to whom."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hoist.access.tokens import AccessToken, new_token
from hoist.cli.context import CliContext
from hoist.cli.exit_codes import ExitCode, exit_code_of
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from hoist.cli.server.settings import TOKEN_VARIABLE, take_token
from hoist.cli.server.signed_in import NotSignedInError, signed_in_connection
from hoist.clock import FixedClock
from scripted_server import ScriptedServer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAVED, GIVEN = new_token(), new_token()


@dataclass(frozen=True, slots=True)
class Pong:
    text: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody at a command line."""

    home: Path
    server: ScriptedServer

    def signs_in(self, url: str, *, hours: float = 1) -> None:
        saved = SavedToken(url, SAVED, "ada", NOW + timedelta(hours=hours))
        SavedTokens.of({"HOME": str(self.home)}).save(saved)

    def sends(self, option: str = "", **environ: str) -> str:
        """The Authorization header of a request."""
        self.server.on("GET", "/ping", {"text": "pong"})
        context = CliContext({"HOME": str(self.home), **environ}, FixedClock(NOW))
        signed_in_connection(context, option).ask(Pong, "GET", "/ping")
        return self.server.asked[-1].headers["authorization"]


@pytest.fixture
def user(tmp_path: Path, server: ScriptedServer) -> User:
    return User(tmp_path, server)


def bearing(token: AccessToken) -> str:
    return f"Bearer {token.text.reveal()}"


def test_the_saved_token_of_the_server_is_sent(user: User) -> None:
    """However the server was named."""
    user.signs_in(user.server.url)

    assert user.sends(user.server.url) == bearing(SAVED)
    assert user.sends(HOIST_SERVER=f"{user.server.url}/") == bearing(SAVED)


def test_the_token_of_the_environment_goes_to_its_server(user: User) -> None:
    """To the one that is named beside it, and before any that was saved."""
    user.signs_in(user.server.url)

    sent = user.sends(HOIST_SERVER=user.server.url, HOIST_TOKEN=GIVEN.text.reveal())

    assert sent == bearing(GIVEN)


@pytest.mark.parametrize("beside", ["", "https://hoist.example"])
def test_the_token_of_the_environment_goes_to_no_other_server(user: User, beside: str) -> None:
    """One that an option names does not get what was meant for another."""
    environ = {"HOIST_TOKEN": GIVEN.text.reveal(), "HOIST_SERVER": beside}

    with pytest.raises(NotSignedInError):
        user.sends(user.server.url, **environ)
    user.signs_in(user.server.url)
    assert user.sends(user.server.url, **environ) == bearing(SAVED)


@pytest.mark.parametrize("hours", [0, -1])
def test_an_expired_token_is_not_sent(user: User, hours: int) -> None:
    """The way out is to sign in again, and the exit code says so to scripts."""
    user.signs_in(user.server.url, hours=hours)

    with pytest.raises(NotSignedInError, match="expired") as caught:
        user.sends(user.server.url)

    assert caught.value.way_out == f"`hoist login {user.server.url}`"
    assert exit_code_of(caught.value) == ExitCode.AUTHENTICATION


def test_a_damaged_token_in_the_environment_is_not_sent(user: User) -> None:
    """It is not repeated either."""
    damaged = GIVEN.text.reveal()[:-1]

    with pytest.raises(NotSignedInError) as caught:
        user.sends(HOIST_SERVER=user.server.url, HOIST_TOKEN=damaged)

    assert damaged not in caught.value.message
    assert user.server.asked == []


def test_children_do_not_inherit_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it was taken, this process's own environment is without it."""
    monkeypatch.setenv(TOKEN_VARIABLE, GIVEN.text.reveal())

    taken = take_token({TOKEN_VARIABLE: GIVEN.text.reveal()})

    assert taken == GIVEN.text
    assert TOKEN_VARIABLE not in os.environ  # noqa: TID251 - what a child would inherit
    assert take_token({}) is None
