"""A real PostgreSQL server on loopback, with TLS.

It is the system's where that has one, with its own TLS: what most databases run on. On a machine
without any it is that of a package in Python's index, so that no test is ever left out; that one is
built without TLS, and a relay in front of it has it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoist.secret import Secret
from local.postgres import server
from local.postgres.binaries import find_postgres
from local.postgres.certificates import ServerCertificate
from local.postgres.front import ADDRESS, front_of
from rotation.strategies.postgres.document import Login, Server

HOST = server.HOST
# The certificate is for the name alone: the address is the wrong host, on the right server.
WRONG_HOST = ADDRESS

_SETTINGS = """
log_statement = 'all'
log_connections = 'on'
log_min_messages = info
autovacuum = off
jit = off
"""

# One user is let in without being asked for a password.
TRUSTED_USER = "trusted"
_ACCESS = f"host all {TRUSTED_USER} 127.0.0.1/32 trust\n"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `log` holds every statement that it was sent."""

    port: int
    # The same server, where it offers no TLS and takes logins in clear.
    plain_port: int
    certificate: ServerCertificate
    superuser: Login
    log: Path

    def database(self, name: str) -> Server:
        return Server(HOST, self.port, name, self.certificate.authority)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that is stopped, and its files deleted, at the end."""
    programs = find_postgres()
    assert programs, "PostgreSQL is missing: make setup"
    superuser = Login(server.SUPERUSER, Secret("CANARY-superuser"))
    with (
        server.running_postgres(
            programs, superuser.password, settings=_SETTINGS, access=_ACCESS
        ) as running,
        front_of(running.own_port, None) as plain_port,
    ):
        yield PostgresServer(running.port, plain_port, running.certificate, superuser, running.log)
