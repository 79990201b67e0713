"""The api function as Lambda calls it."""

import json
import os
import subprocess
import sys

import pytest

from access_sites import user_arn
from api_requests import proxy_event

CALL = """
import json, sys
from orchestrator.api import handle
print(json.dumps(handle(json.load(sys.stdin), None)))
"""
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    # Nobody listens there.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "HOIST_STATE_BUCKET": "state",
    "HOIST_STATE_TABLE": "stacks",
    "HOIST_STATE_KEY_ALIAS": "alias/hoist-dev-state",
    "HOIST_RUNS_TABLE": "runs",
    "HOIST_ARTIFACTS_BUCKET": "artifacts",
    "HOIST_DOORBELL_URL": "http://127.0.0.1:9/queue",
    "HOIST_ACCESS_TABLE": "access",
    "HOIST_AUDIT_TABLE": "audit",
    "HOIST_AUDIT_BUCKET": "audit",
}


def called(event: object, *, without: str = "") -> "subprocess.CompletedProcess[str]":
    """One invocation in a fresh process."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != without}
    return subprocess.run(
        [sys.executable, "-c", CALL],
        input=json.dumps(event),
        env=environment,
        cwd=os.sep,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_request_is_answered_and_logged() -> None:
    """With no service in reach what needs none is answered; the log has a line for it, and one
    for what the function's environment looked like then.
    """
    done = called(proxy_event("GET", "/nothing", user_arn=user_arn("ada")))

    assert done.returncode == 0, done.stderr
    line, observed, answer = done.stdout.splitlines()
    assert json.loads(answer)["statusCode"] == 404
    logged = json.loads(line)
    assert (logged["message"], logged["status"], logged["method"]) == ("request", 404, "GET")
    assert logged["service"] == "orchestrator-api"
    assert logged["milliseconds"] >= 0
    assert json.loads(observed)["event"] == "runtime_sample"


@pytest.mark.parametrize("name", ["HOIST_RUNS_TABLE", "HOIST_ACCESS_TABLE", "HOIST_AUDIT_TABLE"])
def test_a_function_that_lacks_a_setting_says_which(name: str) -> None:
    """It fails at once, and not at some later request."""
    done = called(proxy_event("GET", "/v1/stacks"), without=name)

    assert done.returncode != 0
    assert name in done.stderr
