"""Secrets Manager's errors, raised as boto3 raises them."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from botocore.exceptions import ClientError

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class Code(StrEnum):
    """The codes that a store answers with; `error.response["Error"]["Code"]`."""

    ACCESS_DENIED = "AccessDeniedException"
    INVALID_NEXT_TOKEN = "InvalidNextTokenException"
    INVALID_PARAMETER = "InvalidParameterException"
    INVALID_REQUEST = "InvalidRequestException"
    LIMIT_EXCEEDED = "LimitExceededException"
    MALFORMED_POLICY = "MalformedPolicyDocumentException"
    PUBLIC_POLICY = "PublicPolicyException"
    RESOURCE_EXISTS = "ResourceExistsException"
    RESOURCE_NOT_FOUND = "ResourceNotFoundException"
    VALIDATION = "ValidationException"


class RefusedError(Exception):
    """A rule says no. It becomes a ClientError where the operation's name is known."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def operation(
    method: Callable[_Parameters, _Answer],
) -> Callable[_Parameters, _Answer]:
    """Make the method an operation: what its rules refuse, boto3's ClientError tells the caller."""
    name = "".join(part.capitalize() for part in method.__name__.split("_"))

    @wraps(method)
    def answering(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Answer:
        try:
            return method(*args, **kwargs)
        except RefusedError as refused:
            # Without the cause: the frames below hold what the caller sent, secrets included.
            raise as_client_error(refused, name) from None

    return answering


def as_client_error(refused: RefusedError, operation_name: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": refused.code.value, "Message": refused.message},
            "ResponseMetadata": {
                "HTTPStatusCode": 400,
                "RequestId": "",
                "HostId": "",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        operation_name,
    )
