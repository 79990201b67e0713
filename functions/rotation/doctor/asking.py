"""Errors of the store become the doctor's, here alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError

from rotation.cloud_failures import RefusedCallError, cloud_failures
from rotation.doctor.errors import (
    SecretMissingError,
    SecretsDeniedError,
    SecretsUnavailableError,
)
from rotation.errors import CloudFailureError, FailureKind

_NOT_FOUND = frozenset({"ResourceNotFoundException"})
_OWN_RIGHTS = "check your own credentials, their region, and what they may do"
_DENIED = {FailureKind.AUTHENTICATION, FailureKind.PERMISSION}
_AWAY = {
    FailureKind.NETWORK,
    FailureKind.THROTTLED,
    FailureKind.TLS,
    FailureKind.UNAVAILABLE,
}


@contextmanager
def asking(operation: str, secret_id: str = "") -> Iterator[None]:
    """Around one call; raises SecretMissingError, SecretsDeniedError, SecretsUnavailableError.

    Another refusal stays the CloudFailureError that it is for the rotation function.
    """
    try:
        with cloud_failures(operation, expected=_NOT_FOUND):
            yield
    except RefusedCallError:
        raise SecretMissingError(
            f"there is no secret {secret_id!r}",
            way_out="`hoist secrets status` lists those that there are",
        ) from None
    except CloudFailureError as error:
        if error.kind in _DENIED:
            raise SecretsDeniedError(error.message, way_out=_OWN_RIGHTS) from None
        if error.kind in _AWAY:
            raise SecretsUnavailableError(error.message, way_out=error.way_out) from None
        raise
    except BotoCoreError as error:
        # Credentials that have to be fetched, a request that cannot be made: before any call.
        raise SecretsUnavailableError(
            f"{operation} could not be sent: {type(error).__name__}", way_out=_OWN_RIGHTS
        ) from None
