"""Doing what the diagnosis came to, by an engine or by Secrets Manager."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from doctor_site import DoctorSite
from hoist.secrets.client import SecretsClient
from rotation.doctor.actions import GoOn, MoveLabel, Rotate
from rotation.doctor.asking import asking
from rotation.doctor.errors import (
    SecretMissingError,
    SecretsDeniedError,
    SecretsUnavailableError,
)
from rotation.doctor.rotators import ServiceRotator
from rotation.doctor.treatment import Treatment
from rotation.errors import CloudFailureError, FailureKind
from rotation.steps import Stage

CANARY = "CANARY-in-text"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": CANARY}}, "Operation")


class Service:
    """Secrets Manager's RotateSecret, which may refuse."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests: list[dict[str, Any]] = []

    def rotate_secret(self, **request: Any) -> Any:
        self.requests.append(request)
        if self.error:
            raise self.error
        return {}


def rotator(service: Service) -> ServiceRotator:
    return ServiceRotator(cast(SecretsClient, service))


def test_service_is_asked_to_rotate() -> None:
    """The secret's own function and rules are left as they are."""
    service = Service()

    assert rotator(service).start(ARN) == "started"
    assert rotator(service).test(ARN) == "started"
    assert service.requests == [{"SecretId": ARN}, {"SecretId": ARN, "RotateImmediately": False}]


def test_service_is_asked_to_go_on() -> None:
    """That the last rotation is not complete is the answer with which it is tried again."""
    service = Service(refusal("InvalidRequestException"))

    assert rotator(service).go_on(ARN) == "started"
    with pytest.raises(CloudFailureError):
        rotator(service).start(ARN)


def test_service_refuses_to_go_on() -> None:
    """Another refusal is one."""
    with pytest.raises(SecretsDeniedError):
        rotator(Service(refusal("AccessDeniedException"))).go_on(ARN)


def test_rotations_are_the_rotators() -> None:
    """The two actions that rotate reach the rotator, by the secret's ARN."""
    told: list[tuple[str, str]] = []

    class Telling:
        def start(self, secret_id: str) -> str:
            told.append(("start", secret_id))
            return "started"

        def go_on(self, secret_id: str) -> str:
            told.append(("go on", secret_id))
            return "started"

    treatment = Treatment(cast(SecretsClient, Service()), Telling())

    assert [treatment.do(action, ARN) for action in (GoOn(), Rotate())] == ["started"] * 2
    assert told == [("go on", ARN), ("start", ARN)]


def test_stale_move_is_refused(tmp_path: Path) -> None:
    """A label that has moved since the diagnosis is left where it is."""
    site = DoctorSite(tmp_path)
    arn = site.secret("app/a", "value", "generated")
    site.begin_rotation("app/a")
    labels = site.labels("app/a")

    with pytest.raises(CloudFailureError) as caught:
        Treatment(site.store, rotator(Service())).do(MoveLabel(Stage.PENDING, "another"), arn)

    assert caught.value.kind is FailureKind.STATE
    assert site.labels("app/a") == labels


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("ResourceNotFoundException"), SecretMissingError),
        (refusal("AccessDeniedException"), SecretsDeniedError),
        (refusal("ExpiredTokenException"), SecretsDeniedError),
        (refusal("ThrottlingException"), SecretsUnavailableError),
        (refusal("InternalServiceError"), SecretsUnavailableError),
        (refusal("InvalidRequestException"), CloudFailureError),
        (NoCredentialsError(), SecretsDeniedError),
        (EndpointConnectionError(endpoint_url=CANARY), SecretsUnavailableError),
    ],
)
def test_errors_of_the_store(error: Exception, expected: type[Exception]) -> None:
    """Each error of a client becomes one of ours, without its text."""

    def call() -> None:
        with asking("Operation", "app/db"):
            raise error

    assert CANARY not in _message_of(call, expected)


def _message_of(call: Callable[[], None], expected: type[Exception]) -> str:
    with pytest.raises(expected) as caught:
        call()
    assert caught.value.__cause__ is None
    return str(caught.value)
