"""The one place where errors of the driver become ours. Only codes are read, never texts."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from pg8000.exceptions import DatabaseError  # type: ignore[import-untyped]
from scramp import ScramException  # type: ignore[import-untyped]

from rotation.errors import FailureKind, RotationError

_LOGIN_REFUSED = frozenset({"28000", "28P01"})

# By SQLSTATE, or by its class: the first two characters.
_KINDS = {
    "0A": FailureKind.POLICY,
    "08": FailureKind.NETWORK,
    "22023": FailureKind.POLICY,
    "25006": FailureKind.STATE,
    "28": FailureKind.AUTHENTICATION,
    "2B": FailureKind.STATE,
    "3D": FailureKind.STATE,
    "42501": FailureKind.PERMISSION,
    "42": FailureKind.STATE,
    "55P03": FailureKind.UNAVAILABLE,
    "55": FailureKind.STATE,
}

_WAYS_OUT = {
    FailureKind.AUTHENTICATION: "compare the secret with the server's user, password and pg_hba",
    FailureKind.NETWORK: "check host and port of the secret, security groups and the route",
    FailureKind.PERMISSION: "grant it to the user who was to do it",
    FailureKind.POLICY: "look at the server's rules for roles and passwords",
    FailureKind.STATE: "look at the database: something is missing, or is not as it was",
    FailureKind.TLS: "check 'host' and 'ca_certificate' of the secret against the certificate",
    FailureKind.UNAVAILABLE: "wait: the rotation is tried again",
}


class DatabaseFailureError(RotationError):
    """A database server did not do what a step asked for; `kind` says why."""

    code = "rotation_database_failure"

    def __init__(self, message: str, *, kind: FailureKind, way_out: str = "") -> None:
        super().__init__(message, way_out=way_out or _WAYS_OUT.get(kind, ""))
        self.kind = kind


class LoginRefusedError(DatabaseFailureError):
    """A database server does not let a user in."""

    code = "rotation_login_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, kind=FailureKind.AUTHENTICATION)


@contextmanager
def database_failures(doing: str) -> Iterator[None]:
    """Around whatever asks the server; the foreign error is not chained, its text may quote."""
    try:
        yield
    except RotationError:
        raise
    except Exception as error:  # noqa: BLE001 - the door to the driver
        # It meets what is no PostgreSQL with whatever error it comes to first.
        raise _failure(error, doing) from None


def _failure(error: Exception, doing: str) -> DatabaseFailureError:
    state = _sqlstate(error)
    if state in _LOGIN_REFUSED:
        return LoginRefusedError(f"{doing} was refused: {state}")
    if state:
        return DatabaseFailureError(f"{doing} ended with {state}", kind=kind_of(state))
    if isinstance(error, ScramException):
        return DatabaseFailureError(
            f"{doing} failed: the server could not prove that it knows the password",
            kind=FailureKind.AUTHENTICATION,
        )
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return DatabaseFailureError(
            f"{doing} failed: the server's certificate could not be verified",
            kind=FailureKind.TLS,
        )
    return DatabaseFailureError(f"{doing} got no answer", kind=FailureKind.NETWORK)


def kind_of(state: str) -> FailureKind:
    """What to look at for an SQLSTATE."""
    return _KINDS.get(state) or _KINDS.get(state[:2]) or FailureKind.UNAVAILABLE


def _sqlstate(error: BaseException | None) -> str:
    # The driver says goodbye after a refusal; if that fails too, the refusal stands behind it.
    # Behind an error of ours stands what somebody else was handling.
    while error is not None and not isinstance(error, RotationError):
        if isinstance(error, DatabaseError):
            told = error.args[0] if error.args else None
            return str(told.get("C", "")) if isinstance(told, dict) else ""
        error = error.__context__
    return ""
