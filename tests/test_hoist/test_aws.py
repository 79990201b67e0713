"""Clients of AWS."""

from typing import Any

import pytest

from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.secret import Secret

SETTINGS = AwsSettings("us-east-1", "http://127.0.0.1:1", AwsCredentials("key", Secret("secret")))


@pytest.fixture
def aws() -> Aws:
    return Aws(SETTINGS)


def config_of(client: Any) -> Any:
    """The config that the client was made with; its fields are not in the type stubs."""
    return client.meta.config


def test_a_client_is_made_once(aws: Aws) -> None:
    """Who asks twice for the same client gets the same one."""
    assert aws.sqs() is aws.sqs()
    assert aws.lambda_functions() is aws.lambda_functions()


def test_functions_are_invoked_once(aws: Aws) -> None:
    """No invoke is repeated, and each waits for as long as was asked, or as a function may run."""
    patient, hasty = aws.lambda_functions(), aws.lambda_functions(answer_timeout_seconds=29)

    assert (config_of(patient).read_timeout, config_of(hasty).read_timeout) == (900, 29)
    for client in (patient, hasty):
        assert config_of(client).retries == {"mode": "standard", "total_max_attempts": 1}


def test_a_queue_may_keep_its_reader_waiting(aws: Aws) -> None:
    """Reading a queue that stays empty for the longest time ends without a timeout."""
    assert config_of(aws.sqs()).read_timeout > 20
