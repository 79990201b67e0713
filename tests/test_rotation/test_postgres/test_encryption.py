"""The way to the server: verified TLS or none at all, and no answer that surprises."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoist.secret import Secret
from local.postgres.certificates import server_certificate
from postgres_scripted_server import ScriptedPostgres
from postgres_server import HOST, WRONG_HOST, PostgresServer
from rotation.errors import AuthoritiesFileError, FailureKind, SecretSchemaError
from rotation.strategies.postgres.document import Login, Server
from rotation.strategies.postgres.driver import PostgresServers
from rotation.strategies.postgres.encryption import (
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    encrypted_socket,
)
from rotation.strategies.postgres.failures import DatabaseFailureError

pytestmark = pytest.mark.thorough

LOGIN = Login("app", Secret("CANARY-password"))


def failure_at(server: Server, login: Login = LOGIN) -> DatabaseFailureError:
    with pytest.raises(DatabaseFailureError) as caught, PostgresServers().session(server, login):
        pass
    return caught.value


@pytest.fixture
def at(server: PostgresServer) -> Server:
    return server.database("postgres")


def test_server_that_proves_itself(at: Server, server: PostgresServer) -> None:
    """A server whose certificate is for the host, and from the authority, is spoken to."""
    with PostgresServers().session(at, server.superuser) as session:
        assert session.read("SELECT 1") == [[1]]


def test_wrong_authority(at: Server) -> None:
    """A certificate from another authority than the secret's is refused."""
    stranger = replace(at, ca_certificate=server_certificate(HOST).authority)

    assert failure_at(stranger).kind is FailureKind.TLS


def test_authorities_of_the_system(at: Server) -> None:
    """Without an authority in the secret those of the system count, and no others."""
    assert failure_at(replace(at, ca_certificate="")).kind is FailureKind.TLS


def test_wrong_host(at: Server) -> None:
    """A certificate for another host than the secret's is refused, on the right server even."""
    assert failure_at(replace(at, host=WRONG_HOST)).kind is FailureKind.TLS


def test_plaintext_server(at: Server, server: PostgresServer) -> None:
    """A server without TLS gets no login, though it would take it in clear."""
    before = server.log.read_text(errors="replace").count("connection authorized")

    failure = failure_at(replace(at, port=server.plain_port), server.superuser)

    assert failure.kind is FailureKind.TLS
    assert failure.message == "the server offers no TLS"
    assert server.log.read_text(errors="replace").count("connection authorized") == before


def test_authorities_of_a_file(at: Server, server: PostgresServer, tmp_path: Path) -> None:
    """Where the secret names no authority, those of the file count, however many it holds."""
    bundle = tmp_path / "authorities.pem"
    bundle.write_text(server_certificate(HOST).authority + server.certificate.authority)

    servers = PostgresServers(str(bundle))
    with servers.session(replace(at, ca_certificate=""), server.superuser) as session:
        assert session.read("SELECT 1") == [[1]]


def test_file_of_other_authorities(at: Server, tmp_path: Path) -> None:
    """A server for which nobody in the file vouches is refused."""
    bundle = tmp_path / "authorities.pem"
    bundle.write_text(server_certificate(HOST).authority)

    with (
        pytest.raises(DatabaseFailureError) as caught,
        PostgresServers(str(bundle)).session(replace(at, ca_certificate=""), LOGIN),
    ):
        pass
    assert caught.value.kind is FailureKind.TLS


def test_authority_of_the_secret_comes_first(at: Server, server: PostgresServer) -> None:
    """A secret that names its authority does not need the file, and is not held up by it."""
    with PostgresServers("no-such-file.pem").session(at, server.superuser) as session:
        assert session.read("SELECT 1") == [[1]]


@pytest.mark.parametrize(
    "content", [None, b"", b"CANARY", b"\xff\x00", b"-----BEGIN CERTIFICATE-----"]
)
def test_file_that_cannot_be_used(at: Server, tmp_path: Path, content: bytes | None) -> None:
    """A file that is missing, or holds no certificate, is told by its name; nobody is trusted
    in its place, and nobody is spoken to."""
    bundle = tmp_path / "authorities.pem"
    if content is not None:
        bundle.write_bytes(content)

    with pytest.raises(AuthoritiesFileError, match="authorities.pem") as caught:
        encrypted_socket(replace(at, ca_certificate="", port=1), authorities_file=str(bundle))

    assert caught.value.kind is FailureKind.TLS
    assert "HOIST_ROTATION_POSTGRES_CA_FILE" in caught.value.way_out
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("authority", ["x", "-----BEGIN CERTIFICATE-----\nx", "ä"])
def test_authority_that_is_none(at: Server, authority: str) -> None:
    """A text that is no certificate is the secret's fault, not the server's."""
    with pytest.raises(SecretSchemaError, match="ca_certificate"):
        encrypted_socket(replace(at, ca_certificate=authority))


def test_waiting_has_an_end(at: Server) -> None:
    """No wait for the server is longer than the function may take for all of its step."""
    with encrypted_socket(at) as connection:
        assert connection.gettimeout() == READ_TIMEOUT_SECONDS
    assert CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS < 30


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedPostgres]:
    with ScriptedPostgres(server_certificate(HOST)).running() as running:
        yield running


@pytest.mark.parametrize("answer", [b"", b"N", b"E", b"SFATAL: CANARY", b"\x00" * 9])
def test_answers_to_the_wish_for_tls(scripted: ScriptedPostgres, answer: bytes) -> None:
    """Whatever is answered but the wish's fulfilment, nothing more is sent."""
    scripted.in_clear, scripted.in_private = answer, b""

    failure = failure_at(scripted.server)

    assert failure.kind in {FailureKind.TLS, FailureKind.NETWORK}
    assert b"app" not in scripted.heard


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4, "big") + body


MESSAGES = st.builds(
    message,
    st.sampled_from([b"R", b"E", b"S", b"K", b"Z", b"N", b"v", b"T", b"D"]),
    st.binary(max_size=12)
    | st.sampled_from([b"\0\0\0\x0aSCRAM-SHA-256\0\0", b"\0\0\0\x0br=x,s=,i=1", b"\0\0\0\x07"])
    | st.builds(lambda state: b"C" + state + b"\0\0", st.binary(max_size=5)),
)


@settings(max_examples=40)
@given(answer=st.lists(MESSAGES | st.binary(max_size=12), max_size=4).map(b"".join))
def test_any_answer(scripted: ScriptedPostgres, answer: bytes) -> None:
    """Whatever a server says after the handshake, the session opens or fails as it should, and
    no failure shows the password."""
    scripted.in_clear, scripted.in_private = b"S", answer
    failures: list[DatabaseFailureError] = []
    try:
        with PostgresServers().session(scripted.server, LOGIN):
            pass
    except DatabaseFailureError as error:
        failures.append(error)

    assert "CANARY" not in "".join(map(str, failures))
