"""A socket to a server that has proved with a certificate that it is the host of the secret."""

import socket
import ssl
import struct

from rotation.errors import AuthoritiesFileError, FailureKind, SecretSchemaError
from rotation.strategies.postgres.document import Server
from rotation.strategies.postgres.failures import DatabaseFailureError

CONNECT_TIMEOUT_SECONDS = 3
# Longer than the server's own statement_timeout, so that the server is who gives up first.
READ_TIMEOUT_SECONDS = 8

# "SSLRequest" of PostgreSQL's protocol: its length and its code.
_TLS_REQUEST = struct.pack("!ii", 8, 80877103)


def encrypted_socket(server: Server, *, authorities_file: str = "") -> ssl.SSLSocket:
    """The socket; raises OSError (of which SSLError is one) or a RotationError.

    Whom to trust, the secret says; else the file; else the system. A server without TLS is refused:
    nothing but the wish for TLS is ever sent in clear.
    """
    context = _trust_in(server, authorities_file)
    plain = socket.create_connection((server.host, server.port), timeout=CONNECT_TIMEOUT_SECONDS)
    try:
        _ask_for_tls(plain)
        encrypted = context.wrap_socket(plain, server_hostname=server.host)
    except BaseException:
        plain.close()
        raise
    encrypted.settimeout(READ_TIMEOUT_SECONDS)
    return encrypted


def _ask_for_tls(plain: socket.socket) -> None:
    plain.sendall(_TLS_REQUEST)
    answer = plain.recv(1)
    if not answer:
        raise ConnectionResetError("closed before TLS")
    if answer != b"S":
        raise DatabaseFailureError(
            "the server offers no TLS",
            kind=FailureKind.TLS,
            way_out="switch 'ssl' on in the server; there is no way without it",
        )


def _trust_in(server: Server, authorities_file: str) -> ssl.SSLContext:
    if authorities_file and not server.ca_certificate:
        return _trust_in_file(authorities_file)
    try:
        return ssl.create_default_context(cadata=server.ca_certificate or None)
    except (ssl.SSLError, TypeError, ValueError):
        raise SecretSchemaError(
            "the secret's 'ca_certificate' is no certificate in PEM",
            way_out="store the certificate of the authority that signs the server's",
        ) from None


def _trust_in_file(path: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ValueError):
        # Not the system's list instead: who named a file meant to trust nobody else.
        raise AuthoritiesFileError(path) from None
