"""The store's failures become ours, each with the kind of thing that a person has to look at."""

from typing import Any, NoReturn

import pytest
from botocore import exceptions as boto

from rotation.errors import CloudFailureError, FailureKind, SecretSchemaError
from rotation.steps import Promotion, Stage
from rotation.versions import SecretVersions
from rotation_site import RotationSite
from rotation_store import refusal


class BrokenClient:
    """Raises one error whatever it is asked for."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def describe_secret(self, *args: Any, **request: Any) -> NoReturn:
        raise self._error

    get_secret_value = describe_secret
    put_secret_value = describe_secret
    update_secret_version_stage = describe_secret


class BinaryClient(BrokenClient):
    """Holds a value that is no text."""

    def get_secret_value(self, *args: Any, **request: Any) -> Any:
        return {"SecretBinary": b"CANARY"}


ENDPOINT = "https://secretsmanager.example"

FAILURES = [
    (refusal("AccessDeniedException", "DescribeSecret"), FailureKind.PERMISSION),
    (refusal("DecryptionFailure", "DescribeSecret"), FailureKind.PERMISSION),
    (refusal("ThrottlingException", "DescribeSecret"), FailureKind.THROTTLED),
    (refusal("ExpiredTokenException", "DescribeSecret"), FailureKind.AUTHENTICATION),
    (refusal("InvalidRequestException", "DescribeSecret"), FailureKind.STATE),
    (refusal("ResourceNotFoundException", "DescribeSecret"), FailureKind.STATE),
    (refusal("InternalServiceError", "DescribeSecret"), FailureKind.UNAVAILABLE),
    (refusal("Novelty", "DescribeSecret"), FailureKind.UNAVAILABLE),
    (boto.NoCredentialsError(), FailureKind.AUTHENTICATION),
    (boto.SSLError(endpoint_url=ENDPOINT, error=Exception("CANARY")), FailureKind.TLS),
    (boto.EndpointConnectionError(endpoint_url=ENDPOINT), FailureKind.NETWORK),
    (boto.ConnectTimeoutError(endpoint_url=ENDPOINT), FailureKind.NETWORK),
    (boto.ReadTimeoutError(endpoint_url=ENDPOINT), FailureKind.NETWORK),
    (boto.ConnectionClosedError(endpoint_url=ENDPOINT), FailureKind.NETWORK),
]


@pytest.mark.parametrize(("error", "kind"), FAILURES)
def test_failures_have_a_kind(error: Exception, kind: FailureKind) -> None:
    """Each failure of the client has a kind, and neither its text nor itself is passed on."""
    with pytest.raises(CloudFailureError) as caught:
        SecretVersions(BrokenClient(error)).facts("app/key")

    assert caught.value.kind is kind
    assert str(caught.value).startswith(f"{kind}/rotation_cloud_failure: DescribeSecret")
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_absent_value_is_none() -> None:
    """A label without a value is an answer, not a failure."""
    site = RotationSite()

    assert SecretVersions(site.store).with_stage(site.secret(None), Stage.CURRENT) is None


def test_empty_version_has_no_value() -> None:
    """A store that answers for a placeholder, instead of refusing, answers the same."""

    class EmptyClient(BrokenClient):
        def get_secret_value(self, *args: Any, **request: Any) -> Any:
            return {"VersionId": "token"}

    assert SecretVersions(EmptyClient(Exception())).with_stage("app/key", Stage.PENDING) is None


def test_binary_value_is_refused() -> None:
    """A binary value is refused without being shown."""
    with pytest.raises(SecretSchemaError) as caught:
        SecretVersions(BinaryClient(Exception())).with_stage("app/key", Stage.CURRENT)

    assert "CANARY" not in str(caught.value)


def test_promotion_without_a_predecessor_names_none() -> None:
    """Where no version was current, the request has no RemoveFromVersionId at all."""
    asked: list[dict[str, Any]] = []

    class Recorder(BrokenClient):
        def update_secret_version_stage(self, *args: Any, **request: Any) -> Any:
            asked.append(request)

    SecretVersions(Recorder(Exception())).promote("app/key", Promotion("new", None))

    assert asked == [
        {"SecretId": "app/key", "VersionStage": "AWSCURRENT", "MoveToVersionId": "new"}
    ]
