"""Sessions with real servers, by a driver in pure Python."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pg8000.exceptions import Error as DriverError  # type: ignore[import-untyped]
from pg8000.native import Connection  # type: ignore[import-untyped]

from rotation.strategies.postgres.document import Login, Server
from rotation.strategies.postgres.encryption import encrypted_socket
from rotation.strategies.postgres.failures import database_failures
from rotation.strategies.postgres.sessions import Rows

APPLICATION_NAME = "hoist-rotation"


@dataclass(frozen=True, slots=True)
class PostgresServers:
    """Opens a session for each question and closes it: logins are what is asked about.

    The file holds the authorities, in PEM, that vouch for servers whose secret names none.
    """

    authorities_file: str = ""

    @contextmanager
    def session(self, server: Server, login: Login) -> Iterator["PostgresSession"]:
        connection = _connected(server, login, self.authorities_file)
        try:
            yield PostgresSession(connection)
        finally:
            # Whatever the server has not kept by now it forgets, with or without a goodbye.
            with suppress(DriverError, OSError):
                connection.close()


class PostgresSession:
    """A session of one user."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read(self, query: str, *values: str) -> Rows:
        # The extended protocol takes one statement and no second behind it.
        with database_failures("a query"):
            rows: Rows | None = self._connection.execute_unnamed(query, values).rows
        return rows or ()

    def change(self, statement: str) -> None:
        with database_failures("a change"):
            self._connection.execute_simple(statement)


def _connected(server: Server, login: Login, authorities_file: str) -> Any:
    with database_failures("the login"):
        encrypted = encrypted_socket(server, authorities_file=authorities_file)
        try:
            return Connection(
                login.user,
                password=login.password.reveal(),
                database=server.database,
                sock=encrypted,
                # The socket is encrypted already.
                ssl_context=False,
                application_name=APPLICATION_NAME,
            )
        except BaseException:
            encrypted.close()
            raise
