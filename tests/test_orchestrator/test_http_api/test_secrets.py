"""A secret leaves the API only in the answer to who asked for it."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from api_estate import InMemoryEstate
from api_requests import ApiClient, Reply, proxy_event
from orchestrator.http_api.door import make_app
from orchestrator.http_api.log import PowertoolsLog
from watched_storage import Watch, watched

CANARY = "canary-0d9f"
CONFIG = "/v1/stacks/shop/dev/config"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that any logger of the process writes, at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


class _Failing(Watch):
    """A store that breaks at its next write, with words that quote what was written."""

    is_armed = False

    def at(self, moment: object, call: str) -> None:
        if self.is_armed and call == "records.put":
            raise RuntimeError(f"cannot write {CANARY}")


def _client(estate: InMemoryEstate, stream: io.StringIO) -> ApiClient:
    logger = Logger(service=f"test-{uuid4()}", stream=stream)
    return ApiClient(make_app(estate, log=PowertoolsLog(logger)))


def _everywhere(client: ApiClient) -> Iterator[Reply]:
    """The canary in every place where somebody may put it, right or wrong."""
    yield client.put(f"{CONFIG}/token", {"value": CANARY, "secret": True})
    yield client.put(f"{CONFIG}/token", {"value": [CANARY], "secret": True})
    yield client.put(f"{CONFIG}/token", {"value": CANARY, "secret": CANARY})
    yield client.put(f"{CONFIG}/token", {"valeu": CANARY, "secret": True})
    yield client.put(f"{CONFIG}/token", f'{{"value": "{CANARY}"')
    yield client.post("/v1/stacks", {"project": CANARY * 20, "stack": 1})
    yield client.get(f"{CONFIG}/token", show_secret=CANARY)
    yield client.get(CONFIG, token=CANARY)
    yield client.post("/v1/stacks/shop/dev/runs", {"kind": CANARY})
    headers = {"Content-Type": "text/plain", "Authorization": CANARY}
    yield client.send(proxy_event("PUT", f"{CONFIG}/token", headers=headers, body=CANARY))
    yield client.get(CONFIG)
    yield client.get(f"{CONFIG}/token")


def test_a_secret_is_in_no_log_and_no_other_answer(lines: io.StringIO) -> None:
    """Wherever in a request it stands, and however wrong the request is."""
    estate = InMemoryEstate()
    client = _client(estate, lines)

    replies = list(_everywhere(client))

    assert [reply.status for reply in replies[:2]] == [200, 400]
    assert CANARY not in lines.getvalue()
    assert all(CANARY not in f"{reply.body}{reply.headers}" for reply in replies)
    asked = client.get(f"{CONFIG}/token", show_secret="true")
    assert asked.document["value"] == CANARY
    assert CANARY not in lines.getvalue()


def test_a_crash_is_logged_without_its_words(lines: io.StringIO) -> None:
    """An error of somebody else's may quote what it choked on: the log tells only where."""
    watch = _Failing()
    estate = InMemoryEstate()
    estate.storage = watched(estate.storage, watch)
    client = _client(estate, lines)
    client.put(f"{CONFIG}/size", {"value": "3"})
    watch.is_armed = True

    reply = client.put(f"{CONFIG}/token", {"value": CANARY, "secret": True})

    assert (reply.status, reply.code) == (500, "internal")
    assert CANARY not in reply.body + lines.getvalue()
    logged = [json.loads(line) for line in lines.getvalue().splitlines() if line.startswith("{")]
    [crash] = [line for line in logged if line["message"] == "request_crashed"]
    assert crash["error"] == "RuntimeError"
    assert any("watched_storage" in frame for frame in crash["frames"])
    assert crash["request_id"] == reply.headers["X-Request-Id"]
