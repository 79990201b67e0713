"""A local AWS whose RotateSecret rotates. The emulator's own copies the value and calls nothing.

A server before the emulator hands every request on, but for two. RotateSecret is carried out as
Secrets Manager does it, by Hoist's engine with the deployed function, after the answer has gone
out. LookupEvents tells what CloudTrail would have kept of that.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from deployed_rotation import DeployedRotation
from hoist.rotation_engine.labels import SecretLabels
from hoist.rotation_engine.outcomes import RotationOutcome

ROTATE = "secretsmanager.RotateSecret"
LOOK_UP = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
_STOP_POLL_SECONDS = 0.01
_FORWARD_TIMEOUT_SECONDS = 60
_OF_THE_CONNECTION = frozenset({"connection", "transfer-encoding", "content-length"})

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to a client."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Content-Type": "application/x-amz-json-1.1"}
    )


class RotatingAws:
    """Secrets Manager's part in a rotation, and CloudTrail's."""

    def __init__(self, place: DeployedRotation) -> None:
        self.place = place
        self.url = ""
        self._records: list[Mapping[str, Any]] = []
        self._rotations: list[Future[RotationOutcome]] = []
        # One after the other, as Secrets Manager does it for one secret.
        self._worker = ThreadPoolExecutor(max_workers=1)

    def settled(self) -> list[RotationOutcome]:
        """How everything that was asked for has ended; waits for it."""
        return [each.result() for each in self._rotations]

    def answer(self, target: str, request: Document) -> Answer:
        """The answer to one of the two requests that are not the emulator's."""
        return self._rotate(request) if target == ROTATE else self._look_up(request)

    def close(self) -> None:
        self._worker.shutdown()

    def _rotate(self, request: Document) -> Answer:
        described = self.place.client.describe_secret(SecretId=request["SecretId"])
        arn, token = described["ARN"], request["ClientRequestToken"]
        engine = self.place.engine(listener=self._records.append, token=token)
        if SecretLabels.read(described).in_progress:
            # Refused, and the open rotation is tried again all the same.
            self._begin(lambda: engine.resume(arn))
            return _json(
                400,
                {
                    "__type": "InvalidRequestException",
                    "message": "A previous rotation isn't complete. That rotation will be"
                    " reattempted.",
                },
            )
        is_test = request.get("RotateImmediately") is False
        self._begin(lambda: engine.test(arn) if is_test else engine.rotate(arn))
        return _json(200, {"ARN": arn, "Name": described["Name"], "VersionId": token})

    def _begin(self, rotate: Callable[[], RotationOutcome]) -> None:
        self._rotations.append(self._worker.submit(rotate))

    def _look_up(self, request: Document) -> Answer:
        (attribute,) = request["LookupAttributes"]
        details = [record["detail"] for record in self._records]
        events = [
            {
                "EventId": detail["eventID"],
                "EventName": detail["eventName"],
                "EventTime": datetime.fromisoformat(detail["eventTime"]).timestamp(),
                "CloudTrailEvent": json.dumps(detail),
            }
            for detail in reversed(details)
            if detail.get("eventName") == attribute["AttributeValue"]
        ]
        return _json(200, {"Events": events})


@contextmanager
def rotating_aws(place: DeployedRotation, emulator_url: str) -> Iterator[RotatingAws]:
    """One that answers at its `url` for the block."""
    aws = RotatingAws(place)
    server = _Server(aws, emulator_url)
    thread = threading.Thread(target=server.serve_forever, args=(_STOP_POLL_SECONDS,))
    thread.start()
    aws.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield aws
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        aws.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, aws: RotatingAws, emulator_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.aws = aws
        self.emulator = urlsplit(emulator_url).netloc


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        if target in (ROTATE, LOOK_UP):
            self._send(self.server.aws.answer(target, json.loads(body)))
        else:
            self._send(self._forwarded(body))

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a test's output is the test's."""

    def _forwarded(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(
            self.server.emulator, timeout=_FORWARD_TIMEOUT_SECONDS
        )
        try:
            connection.request("POST", self.path, body, dict(self.headers))
            reply = connection.getresponse()
            return Answer(reply.status, reply.read(), dict(reply.getheaders()))
        finally:
            connection.close()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _OF_THE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


def _json(status: int, document: Document) -> Answer:
    return Answer(status, json.dumps(document).encode())
