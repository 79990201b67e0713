"""The one place where what goes wrong on the way to an issuer becomes ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from urllib3.exceptions import HTTPError, SSLError

from rotation.errors import FailureKind, RotationError
from rotation.strategies.api_key.time_limit import TimeIsOverError

_KINDS = {
    400: FailureKind.POLICY,
    401: FailureKind.AUTHENTICATION,
    402: FailureKind.POLICY,
    403: FailureKind.PERMISSION,
    404: FailureKind.STATE,
    405: FailureKind.STATE,
    409: FailureKind.POLICY,
    410: FailureKind.STATE,
    422: FailureKind.POLICY,
    429: FailureKind.THROTTLED,
}

_WAYS_OUT = {
    FailureKind.AUTHENTICATION: "store a token that the issuer takes in the administrator's secret",
    FailureKind.NETWORK: "check 'issuer_url' of the administrator's secret and the route there",
    FailureKind.PERMISSION: "let the administrator's token list, issue and revoke keys",
    FailureKind.POLICY: "look at the issuer's rules for keys and at its limit",
    FailureKind.STATE: "check that 'issuer_url' of the administrator's secret is an issuer's",
    FailureKind.THROTTLED: "wait: the rotation is tried again",
    FailureKind.TLS: "check 'issuer_url' and 'ca_certificate' of the administrator's secret",
    FailureKind.UNAVAILABLE: "wait: the rotation is tried again",
}


class IssuerFailureError(RotationError):
    """An issuer of keys did not do what a step asked for; `kind` says why."""

    code = "rotation_issuer_failure"

    def __init__(self, message: str, *, kind: FailureKind, way_out: str = "") -> None:
        super().__init__(message, way_out=way_out or _WAYS_OUT.get(kind, ""))
        self.kind = kind


@contextmanager
def issuer_failures(doing: str) -> Iterator[None]:
    """Around one request; the foreign error is not chained, its text may quote."""
    try:
        yield
    except TimeIsOverError:
        raise IssuerFailureError(
            f"{doing} took longer than it may", kind=FailureKind.NETWORK
        ) from None
    except SSLError:
        raise IssuerFailureError(
            f"{doing} failed: the issuer's certificate could not be verified",
            kind=FailureKind.TLS,
        ) from None
    except HTTPError:
        raise IssuerFailureError(f"{doing} got no answer", kind=FailureKind.NETWORK) from None


def refusal(doing: str, status: int) -> IssuerFailureError:
    """The error that an answer's status means."""
    return IssuerFailureError(f"{doing} ended with {status}", kind=kind_of(status))


def kind_of(status: int) -> FailureKind:
    """What to look at for a status that was not expected."""
    if status in _KINDS:
        return _KINDS[status]
    # Redirections are not followed: the token is for nobody else.
    return FailureKind.UNAVAILABLE if status >= 500 else FailureKind.STATE
