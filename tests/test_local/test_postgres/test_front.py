"""The relay: TLS for a server without it, and none for one with it."""

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.postgres.certificates import ServerCertificate, server_certificate
from local.postgres.front import ADDRESS, TLS_REQUEST, front_of, server_context

HOST = "localhost"
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    """The port of a server that sends back what comes."""
    with socket.create_server((ADDRESS, 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listening: socket.socket) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with client:
            client.settimeout(PATIENCE_SECONDS)
            while heard := client.recv(4096):
                client.sendall(heard)


@pytest.fixture(scope="module")
def certificate() -> ServerCertificate:
    return server_certificate(HOST)


@pytest.fixture(scope="module")
def private_port(echo: int, certificate: ServerCertificate) -> Iterator[int]:
    with front_of(echo, server_context(certificate)) as port:
        yield port


@pytest.fixture(scope="module")
def plain_port(echo: int) -> Iterator[int]:
    with front_of(echo, None) as port:
        yield port


def connected(port: int, first: bytes) -> socket.socket:
    client = socket.create_connection((ADDRESS, port), timeout=PATIENCE_SECONDS)
    client.sendall(first)
    return client


def test_tls_for_a_server_without(private_port: int, certificate: ServerCertificate) -> None:
    """The wish is granted, the certificate proves the host, and what comes is handed on."""
    context = ssl.create_default_context(cadata=certificate.authority)
    with connected(private_port, TLS_REQUEST) as client:
        assert client.recv(1) == b"S"
        with context.wrap_socket(client, server_hostname=HOST) as private:
            private.sendall(b"hello")

            assert private.recv(5) == b"hello"


def test_no_tls_for_a_server_with(plain_port: int) -> None:
    """The wish is refused, and what comes in clear is handed on."""
    with connected(plain_port, TLS_REQUEST) as client:
        assert client.recv(1) == b"N"
        client.sendall(b"hello")

        assert client.recv(5) == b"hello"


@settings(max_examples=30)
@given(first=st.binary(min_size=8, max_size=40).filter(lambda sent: sent[:8] != TLS_REQUEST))
def test_anything_else_is_hung_up_on(private_port: int, plain_port: int, first: bytes) -> None:
    """Who does not ask for TLS first gets no byte."""
    for port in (private_port, plain_port):
        with connected(port, first) as client:
            try:
                assert client.recv(1) == b""
            except ConnectionResetError:
                # It did not read all of it.
                continue
