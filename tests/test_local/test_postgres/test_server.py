"""A server for a while: there with TLS, and gone without a trace."""

import json
import socket
from collections.abc import Iterator

import pytest

from hoist.secret import Secret
from local.demo_client import database_session
from local.errors import ToolFailedError
from local.postgres.binaries import find_postgres
from local.postgres.certificates import server_certificate
from local.postgres.front import ADDRESS
from local.postgres.server import HOST, SUPERUSER, RunningPostgres, running_postgres

pytestmark = pytest.mark.thorough

PASSWORD = Secret("CANARY-password")


def login(server: RunningPostgres, **changed: str) -> Secret:
    fields = {
        "host": HOST,
        "port": server.port,
        "dbname": "postgres",
        "username": SUPERUSER,
        "password": PASSWORD.reveal(),
        "ca_certificate": server.certificate.authority,
    }
    return Secret(json.dumps(fields | changed))


@pytest.fixture(scope="module")
def server() -> Iterator[RunningPostgres]:
    directory = find_postgres()
    assert directory
    with running_postgres(
        directory,
        PASSWORD,
        settings="work_mem = '3MB'\n",
        access="host all guest 127.0.0.1/32 trust\n",
    ) as running:
        yield running
    assert not running.log.parent.exists()
    for port in (running.port, running.own_port):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((ADDRESS, port))


def test_superuser_gets_in_with_tls(server: RunningPostgres) -> None:
    """Whoever trusts its authority, and has the password, is let in."""
    with database_session(login(server)) as session:
        assert session.run("SELECT current_user") == [[SUPERUSER]]


def test_certificate_is_this_servers(server: RunningPostgres) -> None:
    """Whoever trusts another authority sees that the server is not the one that was meant."""
    stranger = login(server, ca_certificate=server_certificate(HOST).authority)

    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"), database_session(stranger):
        pass


def test_settings_and_access_of_the_caller(server: RunningPostgres) -> None:
    """They count, and before the server's own."""
    with database_session(login(server)) as session:
        assert session.run("SHOW work_mem") == [["3MB"]]
        session.run("CREATE ROLE guest LOGIN")

    with database_session(login(server, username="guest", password="any")) as session:
        assert session.run("SELECT current_user") == [["guest"]]


def test_failed_start_leaves_nothing() -> None:
    """A server that cannot start is an error that does not tell the password."""
    directory = find_postgres()
    assert directory

    with (
        pytest.raises(ToolFailedError) as caught,
        running_postgres(directory, PASSWORD, settings="no_such_setting = 1\n"),
    ):
        pass

    assert PASSWORD.reveal() not in str(caught.value)
