"""What a strategy needs of a database server."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from rotation.strategies.postgres.document import Login, Server

Rows = Sequence[Sequence[Any]]

# The login's own settings may say otherwise: a role to act as, a search path in which somebody
# else's functions stand before the server's, a read-only default.
_BEGIN = (
    "BEGIN READ WRITE; SET LOCAL ROLE NONE; SET LOCAL search_path = pg_catalog, pg_temp;"
    " SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '3s'"
)
_BEGIN_AS_CONSUMER = "BEGIN READ ONLY; SET LOCAL statement_timeout = '5s'"


class Session(Protocol):
    """One user's session; every failure is a DatabaseFailureError."""

    def read(self, query: str, *values: str) -> Rows:
        """The rows of one query; $1 and so on stand for the values."""
        ...

    def change(self, statement: str) -> None:
        """Have a statement done, or several."""
        ...


class Databases(Protocol):
    """Opens sessions."""

    def session(self, server: Server, login: Login) -> AbstractContextManager[Session]:
        """A session; raises LoginRefusedError, or DatabaseFailureError if nobody was asked."""
        ...


@contextmanager
def change_kept(session: Session) -> Iterator[None]:
    """All of it or, if anything fails, none of it: the session's end undoes what is not kept."""
    session.change(_BEGIN)
    yield
    session.change("COMMIT")


@contextmanager
def change_rehearsed(session: Session) -> Iterator[None]:
    """The server does it all, and then undoes it."""
    session.change(_BEGIN)
    yield
    session.change("ROLLBACK")


@contextmanager
def reading_as_consumer(session: Session) -> Iterator[None]:
    """The session as its user's own programs would have it, but for writing."""
    session.change(_BEGIN_AS_CONSUMER)
    yield
    session.change("ROLLBACK")
