"""The one place where errors of AWS become ours. Only their codes are read, never their texts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from hoist.errors import HoistError
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.stores.errors import StoreAccessError, StoreSetupError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "403", "KMSAccessDeniedException"})
_UNKNOWN_CALLER = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
# The last is what KMS says of a key or an alias.
_MISSING = frozenset({"NoSuchBucket", "ResourceNotFoundException", "NotFoundException"})


class RefusedError(Exception):
    """AWS answered with a code that the adapter expects; it never leaves the adapter."""

    def __init__(self, code: str, *, was_retried: bool, item: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        # An earlier attempt of the same call may have done its work, its answer lost.
        self.was_retried = was_retried
        # What DynamoDB holds in place of what the condition asked for, when it was asked to tell.
        self.item = item


@contextmanager
def aws_errors(
    action: str, resource: str, *, expected: frozenset[str] = frozenset()
) -> Iterator[None]:
    """Around one call: raises RefusedError for `expected` codes and a HoistError for all others."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in expected:
            retries = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
            item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
            raise RefusedError(code, was_retried=retries > 0, item=item) from error
        raise _ours(code, action, resource) from error
    except NoCredentialsError as error:
        raise _unknown_caller(action) from error
    except BotoCoreError as error:
        raise StoreUnavailableError(
            f"{action} on {resource} got no answer.",
            way_out="Check the network and the endpoint, then try again.",
        ) from error


def _ours(code: str, action: str, resource: str) -> HoistError:
    if code in _DENIED:
        return StoreAccessError(
            f"AWS refuses {action} on {resource}.",
            way_out=f"Allow {action} on {resource} (and the use of its KMS key) to this role.",
        )
    if code in _UNKNOWN_CALLER:
        return _unknown_caller(action)
    if code in _MISSING:
        return StoreSetupError(
            f"{resource} does not exist.", way_out="Check the name and the region, or deploy it."
        )
    return StoreUnavailableError(
        f"{action} on {resource} failed with {code}.",
        way_out="Try again; if it stays, look at the health of the service and its limits.",
    )


def _unknown_caller(action: str) -> StoreAccessError:
    return StoreAccessError(
        f"AWS does not accept the credentials for {action}.",
        way_out="Sign in again, or check the AWS profile and the clock of this machine.",
    )
