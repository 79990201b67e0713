"""The tests' own judge of commands can tell good ones from bad ones."""

import pytest

from health_command_check import complaints


@pytest.mark.parametrize(
    "command",
    [
        "aws lambda get-account-settings --query AccountLimit",
        "aws lambda update-event-source-mapping --uuid 1 --no-enabled",
        "aws sqs start-message-move-task --source-arn a && aws sqs list-queues",
        "aws logs filter-log-events --log-group-name a --filter-pattern '{ $.a = 1 && $.b = 2 }'",
    ],
)
def test_good_commands_pass(command: str) -> None:
    """Commands that AWS's command line understands are not complained of."""
    assert complaints(command) == []


@pytest.mark.parametrize(
    "command",
    [
        "rm -r .hoist now",
        "aws lambda mend-function --function-name a",
        "aws lambda get-function --function a",
        "aws sqs list-queues && aws sqs list-queue --url a",
    ],
)
def test_bad_commands_are_complained_of(command: str) -> None:
    """Another program, an operation or an option that does not exist: each is noticed."""
    assert complaints(command) != []
