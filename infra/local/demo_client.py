"""A program that logs in to a database again and again, with a secret that somebody rotates."""

import json
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from pg8000.exceptions import DatabaseError, InterfaceError  # type: ignore[import-untyped]
from pg8000.native import Connection  # type: ignore[import-untyped]

from hoist.secret import Secret
from hoist.secrets.cached import Cached, SecretUnreadableError

# A program that does nothing else would take the rotation's share of the machine.
PAUSE_SECONDS = 0.005

_FAILURES = (DatabaseError, InterfaceError, OSError, SecretUnreadableError)


class Logins:
    """What has become of the client's logins so far."""

    def __init__(self) -> None:
        self.by_user = Counter[str]()
        self.failed = 0
        self._news = threading.Condition()

    def note(self, user: str | None) -> None:
        """Count a login of this user, or one that failed."""
        with self._news:
            if user is None:
                self.failed += 1
            else:
                self.by_user[user] += 1
            self._news.notify_all()

    def await_logins(self, user: str, at_least: int, *, patience_seconds: float) -> bool:
        """Whether the user has logged in so often by then."""
        with self._news:
            return self._news.wait_for(lambda: self.by_user[user] >= at_least, patience_seconds)


@contextmanager
def busy_client(secret: Cached) -> Iterator[Logins]:
    """A client in a thread of its own, until the block ends."""
    logins, stop = Logins(), threading.Event()

    def work() -> None:
        while not stop.wait(PAUSE_SECONDS):
            logins.note(_logged_in(secret))

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            yield logins
        finally:
            stop.set()
        working.result()


@contextmanager
def database_session(login: Secret) -> Iterator[Any]:
    """A session by the document of a database's secret, with TLS verified."""
    fields = json.loads(login.reveal())
    connection = Connection(
        fields["username"],
        host=fields["host"],
        port=fields["port"],
        database=fields["dbname"],
        password=fields["password"],
        ssl_context=ssl.create_default_context(cadata=fields["ca_certificate"]),
    )
    try:
        yield connection
    finally:
        connection.close()


def _logged_in(secret: Cached) -> str | None:
    """Who the server says that the client is; None if it was not let in."""

    def attempt(login: Secret) -> str:
        with database_session(login) as session:
            user: str = session.run("SELECT current_user")[0][0]
            return user

    try:
        return secret.use(attempt, refused=DatabaseError)
    except _FAILURES:
        return None
