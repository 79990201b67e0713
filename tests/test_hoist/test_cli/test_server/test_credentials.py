"""What a connection says of who asks, and to whom it does not."""

from dataclasses import dataclass

import pytest

from hoist.access.tokens import new_token
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.credentials import BearerToken
from hoist.errors import HoistError
from scripted_server import Reply, ScriptedServer

TOKEN = new_token()


@dataclass(frozen=True, slots=True)
class Pong:
    text: str


@pytest.fixture
def connection(server: ScriptedServer) -> ServerConnection:
    return ServerConnection(ServerAddress(server.url), BearerToken(TOKEN))


def test_nothing_is_said_unless_it_was_given(server: ScriptedServer) -> None:
    """A connection without credentials sends none."""
    server.on("GET", "/ping", {"text": "pong"})

    ServerConnection(ServerAddress(server.url)).ask(Pong, "GET", "/ping")

    assert "authorization" not in server.asked[0].headers


def test_every_kind_of_request_bears_the_token(
    server: ScriptedServer, connection: ServerConnection
) -> None:
    """Those with a body, those with an answer, and reports."""
    for method in ("GET", "POST", "DELETE"):
        server.on(method, "/ping", {"text": "pong"})

    connection.ask(Pong, "POST", "/ping", body={"a": 1})
    connection.tell("DELETE", "/ping")
    connection.ask(Pong, "GET", "/ping")

    bearers = {asked.headers["authorization"] for asked in server.asked}
    assert (len(server.asked), bearers) == (3, {f"Bearer {TOKEN.text.reveal()}"})


def test_a_redirect_gets_no_token(server: ScriptedServer, connection: ServerConnection) -> None:
    """Who answers does not decide where it goes."""
    with ScriptedServer() as other:
        other.on("GET", "/ping", {"text": "pong"})
        moved = Reply(status=307, headers={"location": f"{other.url}/ping"})
        server.on("GET", "/ping", moved)

        with pytest.raises(HoistError):
            connection.ask(Pong, "GET", "/ping")

        assert other.asked == []


def test_nobody_is_kept_waiting_for_an_hour(
    server: ScriptedServer, connection: ServerConnection
) -> None:
    """A server that is busy is asked again as always, whatever it says of when."""
    busy = Reply(status=429, headers={"Retry-After": "3600"})
    server.on("GET", "/ping", busy, {"text": "pong"})

    assert connection.ask(Pong, "GET", "/ping") == Pong("pong")
