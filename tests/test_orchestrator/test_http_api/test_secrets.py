"""A secret leaves the API only in the answer to who asked for it: no log and no audit has it."""

import hashlib
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from access_sites import bearer, settings_document, user_arn
from api_estate import InMemoryEstate
from api_requests import ApiClient, Reply, proxy_event
from hoist.access.records import encode_record
from orchestrator.audit.chains import INSTALLATION
from orchestrator.http_api.door import make_app
from orchestrator.http_api.log import PowertoolsLog
from watched_storage import Watch, watched

CANARY = "canary-0d9f"
ADA = user_arn("ada")
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
    app = make_app(estate, log=PowertoolsLog(logger))
    return ApiClient(app, headers=bearer(estate.admin))


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
    headers = {"Content-Type": "text/plain"}
    yield client.send(proxy_event("PUT", f"{CONFIG}/token", headers=headers, body=CANARY))
    for header in (CANARY, f"Bearer {CANARY}", f"token hoist_{CANARY}"):
        yield client.call("GET", CONFIG, headers={"Authorization": header})
    yield client.delete(f"/v1/tokens/{CANARY}")
    yield client.post("/v1/tokens", {"role": CANARY, "stacks": CANARY})
    yield client.get(CONFIG)
    yield client.get(f"{CONFIG}/token")


def test_a_secret_is_in_no_log_no_audit_and_no_other_answer(lines: io.StringIO) -> None:
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
    assert estate.entry_count > 0
    assert CANARY not in audited(estate)
    assert hashlib.sha256(CANARY.encode()).hexdigest() not in audited(estate)


def audited(estate: InMemoryEstate) -> str:
    """All that the audit has."""
    chains = [INSTALLATION, *(record.id for record in estate.stacks.list("shop"))]
    return "".join(estate.audit_site.export(chain).decode() for chain in chains)


def _with_the_token(client: ApiClient, text: str) -> Iterator[Reply]:
    """A token in headers and bodies, right and wrong, up to its end."""
    bearer_header = {"Authorization": f"Bearer {text}"}
    yield client.get("/v1/whoami")
    yield client.get("/v1/tokens")
    yield client.post("/v1/stacks", {"project": 1, "stack": text, "token": text})
    yield client.post("/v1/tokens", {"role": text, "stacks": text})
    yield client.put(f"{CONFIG}/size", text)
    for wrong in (f"Basic {text}", text, f"Bearer {text[:-1]}", f"Bearer {text}, {text}"):
        yield client.call("GET", "/v1/whoami", headers={"Authorization": wrong})
    yield client.call("GET", "/v1/whoami", headers={**bearer_header, "authorization": text})
    yield client.delete(f"/v1/tokens/{text.split('_')[1]}")
    yield client.get("/v1/whoami")


def test_a_token_is_in_no_log_and_no_answer(lines: io.StringIO) -> None:
    """Only its id is told anywhere."""
    estate = InMemoryEstate()
    text = estate.admin.text.reveal()

    replies = list(_with_the_token(_client(estate, lines), text))

    assert replies[-1].code == "token_unknown"
    told = lines.getvalue() + "".join(f"{reply.body}{reply.headers}" for reply in replies)
    told += audited(estate)
    assert estate.admin.id in told
    assert _pieces_in(told, of=text) == []


def test_a_token_in_place_of_its_id_is_not_repeated() -> None:
    """Neither in the answer nor in the log's line, nor in the audit."""
    estate = InMemoryEstate()
    text = estate.admin.text.reveal()

    reply = estate.client.delete(f"/v1/tokens/{text}")

    assert reply.code == "token_not_found"
    told = f"{reply.body}{reply.headers}{estate.log.lines}{audited(estate)}"
    assert _pieces_in(told, of=text) == []


def _pieces_in(told: str, *, of: str) -> list[str]:
    """Pieces of a token's secret, long enough not to stand there by chance."""
    secret = of.split("_")[2]
    pieces = [secret[at : at + 12] for at in range(len(secret) - 12)]
    return [piece for piece in pieces if piece in told]


def test_a_token_is_shown_once(lines: io.StringIO) -> None:
    """In the answer to who asked for it, which nobody keeps."""
    estate = InMemoryEstate(access_settings=settings_document((ADA, "viewer", "*/*")))

    reply = replace(_client(estate, lines), user_arn=ADA, headers={}).post("/v1/tokens", {})

    text = reply.as_model("IssuedToken")["token"]
    assert reply.headers["Cache-Control"] == "no-store"
    kept = "".join(map(encode_record, estate.access.tokens()))
    assert _pieces_in(lines.getvalue() + kept + audited(estate), of=text) == []


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
