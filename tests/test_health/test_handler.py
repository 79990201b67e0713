"""The function as Lambda calls it."""

import json
import subprocess
import sys

import pytest

from health.errors import HealthEventUnknownError
from health.handler import handle


class Context:
    """As much of Lambda's context as the handler asks for."""

    function_name = "hoist-dev-health"
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


@pytest.mark.parametrize("context", [Context(), None])
def test_liveness_needs_no_environment(context: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any setting the function says that it lives, and observes itself doing so."""
    identity = {"sourceIp": "127.0.0.1"}
    event = {
        "httpMethod": "GET",
        "path": "/health/live",
        "requestContext": {"identity": identity},
    }

    answer = handle(event, context)

    (line,) = capsys.readouterr().out.splitlines()
    assert answer["statusCode"] == 200
    assert json.loads(line)["event"] == "runtime_sample"


LIVES = """
import sys
from health.handler import handle
answer = handle({"httpMethod": "GET", "path": "/health/live"}, None)
assert answer["statusCode"] == 200, answer
print("modules:", *sys.modules)
"""
HEAVY = {"boto3", "botocore", "aws_lambda_powertools", "pydantic", "urllib3", "jmespath"}


def test_liveness_loads_nothing_heavy() -> None:
    """A cold function says that it lives without AWS's clients, and without Powertools."""
    done = subprocess.run(
        [sys.executable, "-c", LIVES], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    modules = done.stdout.partition("modules:")[2].split()
    assert "health.door" in modules
    assert HEAVY & set(modules) == set()


def test_unknown_event_fails_the_invocation() -> None:
    """An event that is nobody's is an error of the invocation."""
    with pytest.raises(HealthEventUnknownError):
        handle({"hoist": "something else"}, Context())
