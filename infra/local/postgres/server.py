"""A server that is made, started, stopped and deleted again."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoist.secret import Secret
from local.postgres.certificates import ServerCertificate, server_certificate
from local.postgres.front import ADDRESS, front_of, server_context
from local.postgres.programs import (
    PostgresPrograms,
    give_to_server,
    within_reach,
    write_for_server,
)

# The one name that the certificate is for.
HOST = "localhost"
SUPERUSER = "postgres"

# What it holds is not to outlive it: no write has to reach the disk.
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# With the names that the server looks for beside its data.
_TLS = "ssl = on\n"
_CERTIFICATE, _KEY = "server.crt", "server.key"
# The server itself takes logins in clear: not to send one is up to its clients.
_ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """A server that can be reached with TLS, by its name, at `port`."""

    port: int
    # Where it listens itself; another one if its build has no TLS.
    own_port: int
    certificate: ServerCertificate
    log: Path

    @property
    def has_own_tls(self) -> bool:
        return self.port == self.own_port


@contextmanager
def running_postgres(
    directory: Path, password: Secret, *, settings: str = "", access: str = ""
) -> Iterator[RunningPostgres]:
    """A server of the programs in `directory`, stopped, and its files deleted, at the end.

    `password` is the superuser's; settings and lines of pg_hba.conf are added to its own. If the
    build has no TLS, a relay of ours has it. Raises ToolFailedError.
    """
    certificate = server_certificate(HOST)
    # A directory that any user may reach, the server's among them.
    root = Path(tempfile.mkdtemp(prefix="hoist-postgres-"))
    data, log, own_port = root / "data", root / "log", _free_port()
    try:
        root.chmod(0o711)
        give_to_server(root)
        programs = PostgresPrograms(within_reach(directory, root / "programs"))
        _make_cluster(programs, data, password)
        has_tls = _add_tls(programs, data, certificate)
        configured = f"port = {own_port}\n{_SETTINGS}{_TLS if has_tls else ''}{settings}"
        write_for_server(data / "postgresql.auto.conf", configured)
        write_for_server(data / "pg_hba.conf", access + _ACCESS)
        with _started(programs, data, log):
            if has_tls:
                yield RunningPostgres(own_port, own_port, certificate, log)
            else:
                with front_of(own_port, server_context(certificate)) as port:
                    yield RunningPostgres(port, own_port, certificate, log)
    finally:
        shutil.rmtree(root)


def _make_cluster(programs: PostgresPrograms, data: Path, password: Secret) -> None:
    file = data.with_name("password")
    write_for_server(file, password.reveal())
    programs.run(
        "initdb",
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    file.unlink()


def _add_tls(programs: PostgresPrograms, data: Path, certificate: ServerCertificate) -> bool:
    """Give the server its certificate; False if its build could do nothing with it."""
    # Empty where the server was built without a library for it.
    if not programs.run("postgres", "-C", "ssl_library", "-D", str(data)).strip():
        return False
    write_for_server(data / _CERTIFICATE, certificate.certificate)
    write_for_server(data / _KEY, certificate.key)
    return True


@contextmanager
def _started(programs: PostgresPrograms, data: Path, log: Path) -> Iterator[None]:
    try:
        programs.run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={log}")
        yield
    finally:
        # Not there if it never started, or was stopped by the Ctrl-C that stops us.
        if (data / "postmaster.pid").exists():
            programs.run("pg_ctl", "stop", "--wait", f"--pgdata={data}", "--mode=immediate")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
