"""AWS's errors as sentences of ours."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from local.provider.aws.cloud_errors import cloud_errors, if_there
from local.provider.errors import OutcomeUnknownError, ResourceRefusedError


def _client_error(code: str, *, status: int = 400, message: str = "no") -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "",
                "HostId": "",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        "Operation",
    )


@pytest.mark.parametrize(
    ("error", "expected", "says"),
    [
        (_client_error("AccessDenied"), ResourceRefusedError, "AccessDenied: no"),
        (_client_error("BucketNotEmpty"), ResourceRefusedError, "BucketNotEmpty"),
        (_client_error("InternalError", status=500), OutcomeUnknownError, "InternalError"),
        (EndpointConnectionError(endpoint_url="x"), ResourceRefusedError, "cannot be reached"),
        (ReadTimeoutError(endpoint_url="x"), OutcomeUnknownError, "gave no answer"),
        (ParamValidationError(report="bad"), ResourceRefusedError, "bad"),
    ],
)
def test_every_error_is_named(error: Exception, expected: type[Exception], says: str) -> None:
    """A refusal is told from a call whose outcome nobody knows, and says what was being done."""
    with pytest.raises(expected, match=says) as raised, cloud_errors("creating box"):
        raise error

    assert str(raised.value).startswith("creating box: ")


def test_an_error_with_a_known_remedy_tells_it() -> None:
    """Where there is something to do, the error says what."""
    with pytest.raises(ResourceRefusedError) as raised, cloud_errors("deleting box"):
        raise _client_error("BucketNotEmpty")

    assert "forceDestroy" in raised.value.way_out


def test_secrets_are_taken_out_of_what_aws_says() -> None:
    """AWS quotes what it was sent; a secret is not shown, nor chained to what is shown."""
    hidden = frozenset({"hidden", "hidden value"})
    with pytest.raises(ResourceRefusedError) as raised, cloud_errors("creating", hidden=hidden):
        raise _client_error("Bad", message="'hidden value' is no hidden name")

    assert str(raised.value) == "creating: Bad: '[secret]' is no [secret] name"
    assert raised.value.__suppress_context__


def test_nothing_there_is_none() -> None:
    """Only the errors that say that nothing is there become None."""

    def fail(code: str) -> None:
        raise _client_error(code)

    assert if_there(lambda: 1) == 1
    assert if_there(lambda: fail("NoSuchEntity")) is None
    with pytest.raises(ClientError):
        if_there(lambda: fail("AccessDenied"))
