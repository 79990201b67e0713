"""What an observed function tells when it is run by AWS's own runtime client."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import observed_function
from health_samplers import lambda_environment
from hoist.clock import SystemClock
from scripted_server import HangUp, Reply, ScriptedServer

API = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:hoist-test-health"
CLOCK = SystemClock()
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Invoked:
    """What the function wrote about its invocations, and how long each may have had."""

    lines: list[dict[str, Any]]
    most_left: list[float]
    """Milliseconds that were left when the event went out."""
    least_left: list[float]
    """Milliseconds that were left when the answer came in."""
    answers: list[Any]


def milliseconds_now() -> float:
    return CLOCK.now().timestamp() * 1000


def invoked(events: Sequence[Any], *, initialization: str = "on-demand") -> Invoked:
    """Lambda's side: hand out the events, and hang up when they are through."""
    deadline = int((CLOCK.now() + MINUTE).timestamp() * 1000)
    went_out: list[float] = []
    came_in: list[float] = []
    with ScriptedServer() as lambda_service:
        lambda_service.on("GET", f"{API}/restore/next", Reply())
        replies = [
            Reply(
                event,
                headers={
                    "Content-Type": "application/json",
                    "Lambda-Runtime-Aws-Request-Id": f"r-{number}",
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": ARN,
                },
                first=lambda: went_out.append(milliseconds_now()),
            )
            for number, event in enumerate(events)
        ]
        lambda_service.on("GET", f"{API}/invocation/next", *replies, HangUp())
        for number, _ in enumerate(events):
            for end in ("response", "error"):
                taken = Reply(status=202, first=lambda: came_in.append(milliseconds_now()))
                lambda_service.on("POST", f"{API}/invocation/r-{number}/{end}", taken)
        output = output_of_the_client(lambda_service.url, initialization)
        answers = [asked.document for asked in lambda_service.asked if asked.method == "POST"]
    return Invoked(
        lines=[json.loads(line) for line in output.splitlines() if line.startswith("{")],
        most_left=[deadline - at for at in went_out],
        least_left=[deadline - at for at in came_in],
        answers=answers,
    )


def output_of_the_client(url: str, initialization: str) -> str:
    """Everything that the function logs until nobody has events for it any more."""
    done = subprocess.run(
        [sys.executable, "-m", "awslambdaric", f"{observed_function.__name__}.handle"],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(Path(observed_function.__file__).parent),
            "AWS_LAMBDA_RUNTIME_API": url.removeprefix("http://"),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/hoist-test-health",
            "AWS_LAMBDA_LOG_STREAM_NAME": "a-stream",
            **lambda_environment(AWS_LAMBDA_INITIALIZATION_TYPE=initialization),
        },
        stdout=subprocess.PIPE,
        # Where it complains about the hang-up.
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout


def test_each_invocation_is_told_under_its_id() -> None:
    """Answers go through, and each invocation has its line; the first alone is a cold start."""
    told = invoked([{"number": 1}, "fail", {"number": 2}])

    assert [line["request_id"] for line in told.lines] == ["r-0", "r-1", "r-2"]
    assert [line["cold_start"] for line in told.lines] == [True, False, False]
    assert {line["FunctionName"] for line in told.lines} == {"hoist-test-health"}
    assert told.answers[0] == {"number": 1}
    assert told.answers[1]["errorType"] == "LookupError"
    assert told.answers[2] == {"number": 2}


@pytest.mark.parametrize(
    ("initialization", "told_as", "is_cold"),
    [
        ("on-demand", "on-demand", True),
        ("provisioned-concurrency", "provisioned-concurrency", False),
        ("snap-start", "snap-start", True),
        ("of-a-later-kind", "unknown", True),
    ],
)
def test_how_the_environment_was_made_is_told(
    initialization: str, told_as: str, is_cold: bool
) -> None:
    """The kind of initialization is Lambda's word, and somebody waited unless it was made ahead."""
    (line,) = invoked([{}], initialization=initialization).lines

    assert (line["initialization"], line["cold_start"]) == (told_as, is_cold)


def test_time_left_is_what_lambda_gives() -> None:
    """The time left lies between what was left when the event went out and when the answer came."""
    told = invoked([1, 2])

    left = [line["time_left_milliseconds"] for line in told.lines]
    for least, seen, most in zip(told.least_left, left, told.most_left, strict=True):
        # The runtime client cuts to whole milliseconds.
        assert least - 1 <= seen <= most
    assert {line["sources"]["time_left_milliseconds"] for line in told.lines} == {"platform, exact"}
