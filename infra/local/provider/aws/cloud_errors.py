"""AWS's errors as sentences of ours; `gone` tells those that mean that nothing is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hoist.errors import HoistError
from local.provider.errors import OutcomeUnknownError, ResourceRefusedError

_Answer = TypeVar("_Answer")

_GONE = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "NoSuchEntity",
        "DashboardNotFoundError",
        "NotFoundException",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "ServerSideEncryptionConfigurationNotFoundError",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }
)
_WAYS_OUT = {
    "BucketNotEmpty": "empty it, or set forceDestroy on it and update before you delete",
    "DeleteConflict": "remove what is attached to it first",
    "EntityAlreadyExists": "import it, or choose another name",
    "ResourceAlreadyExistsException": "import it, or choose another name",
    "QueueNameExists": "import it, or choose another name",
    "AlreadyExistsException": "import it, or choose another name",
    "ConflictException": "import it, or choose another name",
    "ResourceConflictException": "import it, or choose another name",
    "KMSInvalidStateException": "the key is being deleted: use another",
}


def if_there(call: Callable[[], _Answer]) -> _Answer | None:
    """The call's answer, or None when AWS says that there is no such thing."""
    from botocore.exceptions import ClientError

    try:
        return call()
    except ClientError as error:
        if _code(error) in _GONE:
            return None
        raise


@contextmanager
def cloud_errors(doing: str, *, hidden: frozenset[str] = frozenset()) -> Iterator[None]:
    """Turns what botocore raises into our errors; `doing` begins the sentence.

    AWS and botocore quote what they were sent: the texts in `hidden` are taken out of it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refused(doing, error, hidden) from None
    except BotoCoreError as error:
        raise _not_answered(doing, error, hidden) from None


def _refused(doing: str, error: Any, hidden: frozenset[str]) -> HoistError:
    details = error.response.get("Error", {})
    message = _without(hidden, details.get("Message") or "no reason given")
    sentence = f"{doing}: {_code(error)}: {message}"
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return OutcomeUnknownError(sentence, way_out="look at the emulator's log; `refresh` tells")
    return ResourceRefusedError(sentence, way_out=_WAYS_OUT.get(_code(error), ""))


def _not_answered(doing: str, error: Exception, hidden: frozenset[str]) -> HoistError:
    from botocore.exceptions import (
        ConnectTimeoutError,
        EndpointConnectionError,
        ParamValidationError,
    )

    if isinstance(error, (EndpointConnectionError, ConnectTimeoutError)):
        return ResourceRefusedError(
            f"{doing}: the emulator cannot be reached", way_out="start it with `hoist local up`"
        )
    if isinstance(error, ParamValidationError):
        return ResourceRefusedError(f"{doing}: {_without(hidden, str(error))}")
    return OutcomeUnknownError(
        f"{doing}: the emulator gave no answer ({type(error).__name__})",
        way_out="`refresh` tells what was done",
    )


def _without(hidden: frozenset[str], text: str) -> str:
    # The longest first: one secret may be a part of another.
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
