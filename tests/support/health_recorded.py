"""Answers of CloudWatch and CloudWatch Logs, word for word as their API references show them.

They follow the references and the service models that botocore brings; nobody had an account to
record them from. A client of the product's own reads them over HTTP, so that what parses them is
what parses AWS's.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from health.clients import WatchfulAws
from hoist.aws import AwsCredentials, AwsSettings
from hoist.secret import Secret
from scripted_server import HangUp, Reply, ScriptedServer

_REGION = "eu-central-1"
_METRICS_JSON = {"content-type": "application/x-amz-json-1.0"}
_LOGS_JSON = {"content-type": "application/x-amz-json-1.1"}


@dataclass(frozen=True)
class RecordedAws:
    """A server with answers, and clients as health makes them."""

    server: ScriptedServer
    aws: WatchfulAws

    def metrics(self, *replies: Reply | HangUp) -> Any:
        """The client of CloudWatch, which will be answered so."""
        self._answer_with(replies)
        return self.aws.cloudwatch()

    def logs(self, *replies: Reply | HangUp) -> Any:
        """The client of CloudWatch Logs, likewise."""
        self._answer_with(replies)
        return self.aws.looked_at("logs")

    def _answer_with(self, replies: Sequence[Reply | HangUp]) -> None:
        self.server.asked.clear()
        self.server.on("POST", "/", *replies)


@contextmanager
def recorded_aws() -> Iterator[RecordedAws]:
    with ScriptedServer() as server:
        credentials = AwsCredentials("AKIAIOSFODNN7EXAMPLE", Secret("for-no-account"))
        yield RecordedAws(server, WatchfulAws(AwsSettings(_REGION, server.url, credentials)))


def page(
    *results: Mapping[str, Any],
    next_token: str = "",
    messages: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """A page of GetMetricData."""
    more = {"NextToken": next_token} if next_token else {}
    document = {"MetricDataResults": list(results), "Messages": list(messages), **more}
    return Reply(document, headers=_METRICS_JSON)


def result(
    query_id: str,
    points: Sequence[tuple[datetime, float]],
    *,
    status: str = "Complete",
    messages: Sequence[Mapping[str, str]] = (),
) -> Mapping[str, Any]:
    """One query's part of a page. Messages are there only where there is something to say."""
    return {
        "Id": query_id,
        "Label": "Invocations",
        "Timestamps": [at.timestamp() for at, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": status,
        **({"Messages": list(messages)} if messages else {}),
    }


def refusal(code: str, *, shape: str = "", status: int = 400) -> Reply:
    """An error of CloudWatch. `code` is its name since the query protocol, which its clients know
    it by; the body has the name of its shape.
    """
    fault = "Sender" if status < 500 else "Receiver"
    body = {
        "__type": f"com.amazonaws.cloudwatch.v2010_08_01#{shape or code}",
        "message": "Rate exceeded",
    }
    headers = {**_METRICS_JSON, "x-amzn-query-error": f"{code};{fault}"}
    return Reply(body, status=status, headers=headers)


def log_page(*messages: str, next_token: str = "") -> Reply:
    """A page of FilterLogEvents, with what stands around each message."""
    events = [
        {
            "eventId": f"3627{number:052d}",
            "ingestionTime": 1772366401543,
            "logStreamName": "2026/03/01/[$LATEST]0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "message": message,
            "timestamp": 1772366400123 + number,
        }
        for number, message in enumerate(messages)
    ]
    more = {"nextToken": next_token} if next_token else {}
    return Reply({"events": events, "searchedLogStreams": [], **more}, headers=_LOGS_JSON)


def log_refusal(code: str, message: str, *, status: int = 400) -> Reply:
    """An error of CloudWatch Logs."""
    return Reply({"__type": code, "message": message}, status=status, headers=_LOGS_JSON)
