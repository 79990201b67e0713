"""Errors of the driver become ours, each with the kind of thing to look at."""

import ssl
import struct
import traceback

import pytest
from pg8000.exceptions import DatabaseError, InterfaceError  # type: ignore[import-untyped]
from scramp import ScramException  # type: ignore[import-untyped]

from rotation.errors import FailureKind
from rotation.strategies.postgres.failures import (
    DatabaseFailureError,
    LoginRefusedError,
    database_failures,
    kind_of,
)

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("08006", FailureKind.NETWORK),
        ("0A000", FailureKind.POLICY),
        ("22023", FailureKind.POLICY),
        ("25006", FailureKind.STATE),
        ("28P01", FailureKind.AUTHENTICATION),
        ("2BP01", FailureKind.STATE),
        ("3D000", FailureKind.STATE),
        ("40P01", FailureKind.UNAVAILABLE),
        ("42501", FailureKind.PERMISSION),
        ("42P01", FailureKind.STATE),
        ("53300", FailureKind.UNAVAILABLE),
        ("55006", FailureKind.STATE),
        ("55P03", FailureKind.UNAVAILABLE),
        ("57014", FailureKind.UNAVAILABLE),
        ("57P03", FailureKind.UNAVAILABLE),
        ("XX000", FailureKind.UNAVAILABLE),
        ("novel", FailureKind.UNAVAILABLE),
    ],
)
def test_states(state: str, kind: FailureKind) -> None:
    """Each SQLSTATE that a rotation meets has its kind; one that nobody knows is waited out."""
    assert kind_of(state) is kind


def failure_of(error: Exception) -> DatabaseFailureError:
    with pytest.raises(DatabaseFailureError) as caught, database_failures("the login"):
        raise error
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    return caught.value


def refused(state: str) -> Exception:
    error: Exception = DatabaseError({"S": "FATAL", "C": state, "M": "CANARY", "q": "CANARY"})
    return error


@pytest.mark.parametrize("state", ["28P01", "28000"])
def test_refused_login_is_told_apart(state: str) -> None:
    """A refused login is an error of its own: other passwords may be tried then."""
    assert isinstance(failure_of(refused(state)), LoginRefusedError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("42501"), FailureKind.PERMISSION),
        (DatabaseError("CANARY"), FailureKind.NETWORK),
        (DatabaseError(), FailureKind.NETWORK),
        (InterfaceError("CANARY"), FailureKind.NETWORK),
        (TimeoutError("CANARY"), FailureKind.NETWORK),
        (ConnectionRefusedError("CANARY"), FailureKind.NETWORK),
        (KeyError("CANARY"), FailureKind.NETWORK),
        (UnicodeDecodeError("utf8", b"", 0, 1, "CANARY"), FailureKind.NETWORK),
        (struct.error("CANARY"), FailureKind.NETWORK),
        (ssl.SSLCertVerificationError("CANARY"), FailureKind.TLS),
        (ScramException("CANARY"), FailureKind.AUTHENTICATION),
    ],
)
def test_kinds_of_the_drivers_errors(error: Exception, kind: FailureKind) -> None:
    """Every error that the driver raises has a kind, and its text stays inside."""
    failure = failure_of(error)

    assert failure.kind is kind
    assert failure.way_out
    assert not isinstance(failure, LoginRefusedError)


def test_alert_in_a_session() -> None:
    """A certificate that is refused late, wrapped by the driver, is a matter of TLS still."""
    error = InterfaceError("CANARY")
    error.__cause__ = ssl.SSLError("CANARY")

    assert failure_of(error).kind is FailureKind.TLS


def test_refusal_behind_a_failed_goodbye() -> None:
    """When the driver cannot even say goodbye after a refusal, it is a refusal still."""
    goodbye = InterfaceError("CANARY")
    goodbye.__context__ = refused("28P01")

    assert isinstance(failure_of(goodbye), LoginRefusedError)


def test_failure_while_a_refusal_is_handled() -> None:
    """A server that is gone when the next login is tried has not refused it."""
    gone = InterfaceError("CANARY")
    gone.__context__ = failure_of(refused("28P01"))

    assert failure_of(gone).kind is FailureKind.NETWORK
