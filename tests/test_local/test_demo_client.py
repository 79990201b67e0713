"""The demo's client: every login is counted, the failed ones too, and it ends with its block."""

import json
import socket
import threading
from typing import Any

import pytest

from hoist.clock import SystemClock
from hoist.secrets.cached import Cached
from local.demo_client import Logins, busy_client

PATIENCE_SECONDS = 20.0


class OneSecret:
    """A client of Secrets Manager that always gives the same value."""

    def __init__(self, value: str) -> None:
        self._value = value
        self.is_read = threading.Event()

    def get_secret_value(self, **request: Any) -> dict[str, str]:
        self.is_read.set()
        return {"ARN": "arn", "Name": "app", "VersionId": "1", "SecretString": self._value}


def cached(secret: OneSecret) -> Cached:
    return Cached(secret, "app", clock=SystemClock())


def test_logins_are_counted_by_user() -> None:
    """Each user has a number of its own, and a failed login is nobody's."""
    logins = Logins()
    for user in ("a", "b", None, "a"):
        logins.note(user)

    assert (dict(logins.by_user), logins.failed) == ({"a": 2, "b": 1}, 1)
    assert logins.await_logins("a", 2, patience_seconds=0)
    assert not logins.await_logins("b", 2, patience_seconds=0)


def test_server_that_is_away() -> None:
    """A login that nobody answers has failed, and the client goes on."""
    with socket.socket() as taken:
        # Bound and not listening: whoever connects is refused.
        taken.bind(("127.0.0.1", 0))
        value = {
            "host": "localhost",
            "port": taken.getsockname()[1],
            "dbname": "shop",
            "username": "app",
            "password": "CANARY",
            "ca_certificate": None,
        }
        with busy_client(cached(OneSecret(json.dumps(value)))) as logins:
            while logins.failed < 2:
                # Nobody ever does: this only waits.
                assert not logins.await_logins("app", 1, patience_seconds=0.01)

    assert sum(logins.by_user.values()) == 0


def test_fault_of_the_client_itself() -> None:
    """What is no failed login is not counted as one: the block ends with it."""
    before = set(threading.enumerate())
    secret = OneSecret("no JSON")

    with pytest.raises(json.JSONDecodeError), busy_client(cached(secret)):
        assert secret.is_read.wait(PATIENCE_SECONDS)

    begun = set(threading.enumerate()) - before
    assert not [thread for thread in begun if "ThreadPool" in thread.name]
