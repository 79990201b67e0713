"""The one place where errors of AWS become ours. Only their codes are read, never their texts."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    SSLError,
)

from rotation.errors import CloudFailureError, FailureKind

_KINDS = {
    FailureKind.PERMISSION: frozenset(
        {
            "AccessDenied",
            "AccessDeniedException",
            "DecryptionFailure",
            "EncryptionFailure",
            "UnauthorizedOperation",
        }
    ),
    FailureKind.AUTHENTICATION: frozenset(
        {
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        }
    ),
    FailureKind.POLICY: frozenset({"LimitExceeded", "LimitExceededException"}),
    FailureKind.THROTTLED: frozenset(
        {
            "RequestLimitExceeded",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        }
    ),
    FailureKind.STATE: frozenset(
        {
            "EntityTemporarilyUnmodifiable",
            "InvalidParameterException",
            "InvalidRequestException",
            "NoSuchEntity",
            "ResourceExistsException",
            "ResourceNotFoundException",
        }
    ),
}

_WAYS_OUT = {
    FailureKind.PERMISSION: "allow it to the rotation function's role, with the key of the secret",
    FailureKind.AUTHENTICATION: "check the credentials and the clock of the function",
    FailureKind.POLICY: "make room: the account or the user is at a limit",
    FailureKind.THROTTLED: "wait: the rotation is tried again",
    FailureKind.STATE: "look at the secret's labels and whether it is to be deleted",
    FailureKind.UNAVAILABLE: "wait: the rotation is tried again",
}


class RefusedCallError(Exception):
    """AWS answered with a code that the adapter expects; it never leaves the adapter."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def cloud_failures(operation: str, *, expected: frozenset[str] = frozenset()) -> Iterator[None]:
    """Around one call: RefusedCallError for `expected` codes, CloudFailureError for others.

    The foreign error is not chained: its text may quote what was sent. What the client raises
    without having called anybody is a fault of ours and passes through.
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in expected:
            raise RefusedCallError(code) from None
        kind = kind_of(code)
        raise CloudFailureError(
            f"{operation} ended with {code or 'no code'}", kind=kind, way_out=_WAYS_OUT[kind]
        ) from None
    except NoCredentialsError:
        raise CloudFailureError(
            f"{operation} needs credentials and there are none",
            kind=FailureKind.AUTHENTICATION,
            way_out="give the function a role",
        ) from None
    except SSLError:
        raise CloudFailureError(
            f"{operation} could not verify the service's certificate",
            kind=FailureKind.TLS,
            way_out="check the endpoint and what stands between",
        ) from None
    except (ConnectionError, HTTPClientError):
        raise CloudFailureError(
            f"{operation} got no answer",
            kind=FailureKind.NETWORK,
            way_out="check the endpoint of the service, its security group and the route",
        ) from None


def kind_of(code: str) -> FailureKind:
    """What to look at for an error code of AWS."""
    for kind, codes in _KINDS.items():
        if code in codes:
            return kind
    return FailureKind.UNAVAILABLE
