"""The one place where health turns errors of AWS into its own. Only codes are read, never texts."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from health.dependencies.errors import DependencyAbsentError, LookRefusedError, NoAnswerError

# The first is what S3 answers to a HEAD request, which has no body to name the error in.
_ABSENT = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "TableNotFoundException",
    }
)
_REFUSED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "Forbidden",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "KMSAccessDeniedException",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)


@contextmanager
def aws_answers(action: str, resource: str) -> Iterator[None]:
    """Around one call: raises DependencyAbsentError, LookRefusedError or NoAnswerError."""
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in _ABSENT:
            raise DependencyAbsentError(resource) from error
        if code in _REFUSED:
            raise LookRefusedError(action, resource) from error
        raise NoAnswerError(action, resource, code) from error
    except BotoCoreError as error:
        raise NoAnswerError(action, resource, type(error).__name__) from error


def error_code(error: ClientError) -> str:
    """AWS's own name for the error; empty when it gives none."""
    return str(error.response.get("Error", {}).get("Code", ""))
