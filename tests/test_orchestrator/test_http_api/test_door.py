"""The door: who may come in, what may be brought, and what is noted of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from access_sites import bearer
from api_estate import InMemoryEstate
from api_requests import ApiClient, Reply, as_base64, proxy_event, reply_of
from orchestrator.http_api.answer_size import MAX_ANSWER_BYTES
from orchestrator.http_api.door import RING_LOST_DOORBELLS, make_app
from orchestrator.http_api.errors import EventUnknownError
from orchestrator.http_api.proxy_event import MAX_BODY_BYTES
from orchestrator.runs.lost_doorbells import RING_AGAIN_AFTER
from orchestrator.state.stores.errors import StoreSetupError
from state_sites import DEV

JSON = {"Content-Type": "application/json"}
NEW_STACK = json.dumps({"project": "shop", "stack": "dev"})


def send(client: ApiClient, **fields: Any) -> Reply:
    return client.send(proxy_event("POST", "/v1/stacks", **fields))


@pytest.mark.parametrize("path", ["/v1/stacks", "/nothing", "/"])
def test_nobody_gets_nothing(estate: InMemoryEstate, path: str) -> None:
    """Whatever they ask for, they hear how to sign in, and not even whether it is there."""
    reply = estate.client_with(None).get(path)

    assert (reply.status, reply.code) == (401, "token_missing")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="hoist"'
    assert "hoist login" in reply.document["way_out"]


def test_an_event_without_an_identity_is_nobodys(estate: InMemoryEstate) -> None:
    """Whatever the gateway leaves out, nobody is taken for somebody by default."""
    app = make_app(estate, log=estate.log)

    contexts: list[Any] = [None, {}, {"identity": None}, {"identity": {}}]
    for context in contexts:
        for method, path in (("GET", "/v1/stacks"), ("POST", "/v1/tokens")):
            event = {**proxy_event(method, path), "requestContext": context}
            assert reply_of(app(event, None)).code == "token_missing"


def test_who_is_nobody_sends_in_vain(estate: InMemoryEstate) -> None:
    """The answer is the same before anything of the request was read."""
    reply = send(estate.client_with(None), headers={"Content-Type": "text/plain"}, body="{")

    assert (reply.status, reply.code) == (401, "token_missing")


def test_two_headers_are_not_chosen_from(estate: InMemoryEstate) -> None:
    """Neither the first nor the last counts, where a gateway passes both on."""
    good = bearer(estate.admin)["Authorization"]
    event = proxy_event("GET", "/v1/stacks", headers={"Authorization": good})
    twice = {**event, "multiValueHeaders": {"Authorization": [good], "authorization": [good]}}

    reply = reply_of(make_app(estate, log=estate.log)(twice, None))

    assert (reply.status, reply.code) == (401, "token_invalid")


def test_pulumis_own_scheme_is_understood(estate: InMemoryEstate) -> None:
    """As the CLI sends it, in a header of any case."""
    headers = {"AUTHORIZATION": f"token {estate.admin.text.reveal()}"}

    assert estate.client_with(None).call("GET", "/v1/stacks", headers=headers).status == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('{"a": NaN}', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"a": ' + "9" * 5000 + "}", "no JSON"),
    ],
)
def test_a_body_that_is_no_object_is_refused(client: ApiClient, body: str, told: str) -> None:
    """Whatever is wrong with it."""
    reply = send(client, headers=JSON, body=body)

    assert (reply.status, reply.code) == (400, "request_invalid")
    assert told in reply.document["detail"]


def test_a_body_may_come_as_base64(client: ApiClient) -> None:
    """As a gateway hands over what it does not know to be text."""
    encoded = as_base64(NEW_STACK.encode())

    assert send(client, headers=JSON, body=encoded, is_base64=True).status == 201


@pytest.mark.parametrize("body", ["!", as_base64(b"\xff\xfe"), "a"])
def test_bytes_that_are_no_text_are_refused(client: ApiClient, body: str) -> None:
    """Neither base64 that is none nor text that is none breaks anything."""
    assert send(client, headers=JSON, body=body, is_base64=True).code == "request_invalid"


@pytest.mark.parametrize("is_base64", [True, False])
def test_a_large_body_is_refused(client: ApiClient, is_base64: bool) -> None:
    """Before it is read."""
    body = "x" * (MAX_BODY_BYTES + 1)
    sent = as_base64(body.encode()) if is_base64 else body

    reply = send(client, headers=JSON, body=sent, is_base64=is_base64)

    assert (reply.status, reply.code) == (413, "request_too_large")


def test_a_very_large_body_is_not_even_decoded(client: ApiClient) -> None:
    """Its length alone tells."""
    reply = send(client, headers=JSON, body="!" * (2 * MAX_BODY_BYTES + 1), is_base64=True)

    assert reply.status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_is_json_or_refused(client: ApiClient, headers: Mapping[str, str]) -> None:
    """So no web page can send one without asking first."""
    reply = send(client, headers=headers, body=NEW_STACK)

    assert (reply.status, reply.code) == (415, "content_type_unknown")


def test_json_may_be_said_in_any_way(client: ApiClient) -> None:
    """With parameters, and in any case."""
    headers = {"CONTENT-TYPE": "Application/JSON ; charset=utf-8"}

    assert send(client, headers=headers, body=NEW_STACK).status == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "/"), ("GET", "/v1"), ("GET", "/v2/stacks"), ("POST", "/v1/openapi.json")),
        *(("PATCH", "/v1/stacks"), ("HEAD", "/v1/stacks"), ("OPTIONS", "/v1/stacks")),
        *(("GET", "/v1/stacks/a/b/c"), ("GET", "/v1/stacks/../../etc")),
    ],
)
def test_what_there_is_not(client: ApiClient, method: str, path: str) -> None:
    """Another path or method is not found."""
    reply = client.call(method, path)

    assert (reply.status, reply.code) == (404, "route_not_found")


def test_a_slash_at_the_end_is_nothing(client: ApiClient, stack: str) -> None:
    """A REST API takes it so."""
    assert client.get(f"{stack}/").status == 200


def test_every_answer_is_kept_by_nobody(client: ApiClient) -> None:
    """It may hold secrets; and each bears the id under which the log tells of it."""
    event = proxy_event("GET", "/v1/stacks")
    for reply in (client.send(event), client.send({**event, "path": "/nothing"})):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["X-Request-Id"] == event["requestContext"]["requestId"]


def test_a_request_is_one_line(estate: InMemoryEstate, client: ApiClient) -> None:
    """With its route and never its path, its query or its body."""
    client.put("/v1/stacks/shop/dev/config/token", {"value": "canary-1", "secret": True})
    client.get("/v1/stacks/canary-2", show_secret="canary-3")

    assert [dict(line, request_id="", milliseconds=0) for line in estate.log.lines] == [
        {
            "event": "request",
            "method": "PUT",
            "route": "/v1/stacks/<project>/<stack>/config/<key>",
            "status": 200,
            "code": "",
            "token": estate.admin.id,
            "milliseconds": 0,
            "request_id": "",
        },
        {
            "event": "request",
            "method": "GET",
            "route": "",
            "status": 404,
            "code": "route_not_found",
            "token": estate.admin.id,
            "milliseconds": 0,
            "request_id": "",
        },
    ]


class _Broken(InMemoryEstate):
    """An installation whose parts fail as they are told to."""

    error: Exception = RuntimeError("canary-4")

    @property
    def queues(self) -> Any:
        raise self.error

    @queues.setter
    def queues(self, _: Any) -> None: ...


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_breaks_is_told_without_details(method: str) -> None:
    """The answer names the request's id, under which the log tells where it broke, once."""
    estate = _Broken()
    client = estate.client
    client.post("/v1/stacks", {"project": "shop", "stack": "dev"})

    reply = client.call(method, "/v1/stacks/shop/dev")

    assert (reply.status, reply.code) == (500, "internal")
    assert reply.headers["X-Request-Id"] in reply.document["way_out"]
    assert "canary-4" not in reply.body
    assert [type(error) for error in estate.log.crashes] == [RuntimeError]
    assert estate.log.lines[-1]["code"] == "internal"
    assert estate.log.lines[-1]["route"] == "/v1/stacks/<project>/<stack>"


def test_a_fault_of_the_environment_is_told_as_one() -> None:
    """The caller may come back later."""
    estate = _Broken()
    estate.error = StoreSetupError("the table is missing", way_out="deploy it")
    client = estate.client
    client.post("/v1/stacks", {"project": "shop", "stack": "dev"})

    reply = client.get("/v1/stacks/shop/dev")

    assert (reply.status, reply.code) == (503, "store_setup")
    assert reply.document["way_out"] == "deploy it"


def test_what_breaks_before_any_route_is_told_too(estate: InMemoryEstate) -> None:
    """An event that no gateway would make gets an answer."""
    several = {"Authorization": [bearer(estate.admin)["Authorization"]]}
    event = {**proxy_event("POST", "/v1/stacks"), "headers": ["nonsense"], "body": "{}"}

    app = make_app(estate, log=estate.log)
    reply = reply_of(app({**event, "multiValueHeaders": several}, None))

    assert (reply.status, reply.code) == (500, "internal")
    assert len(estate.log.crashes) == 1


@pytest.mark.parametrize(
    ("character", "length", "status"),
    [
        ("x", MAX_ANSWER_BYTES - 1000, 200),
        ("x", MAX_ANSWER_BYTES, 500),
        # Escaped in JSON, and once more as a text in the function's answer: three for one.
        ('"', MAX_ANSWER_BYTES // 3, 500),
    ],
)
def test_an_answer_has_a_limit(
    estate: InMemoryEstate, client: ApiClient, stack: str, character: str, length: int, status: int
) -> None:
    """One that no gateway carries is told instead of being lost."""
    root = {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "custom": False}
    outputs = {"big": character * length}
    estate.put_deployment(
        {"resources": [{**root, "type": "pulumi:pulumi:Stack", "outputs": outputs}]}
    )

    reply = client.get(f"{stack}/outputs")

    assert reply.status == status
    assert status == 200 or reply.code == "answer_too_large"


def test_the_schedule_rings_for_who_waits(estate: InMemoryEstate, client: ApiClient) -> None:
    """It rings past a message that is stuck, and the log tells for how many stacks."""
    app = make_app(estate, log=estate.log)
    client.post("/v1/stacks/shop/dev/runs", {"kind": "up", "program": estate.upload()})
    assert app(RING_LOST_DOORBELLS, None) == {"stacks": 0}
    estate.clock.advance(RING_AGAIN_AFTER.total_seconds())

    assert app({"hoist": "ring-lost-doorbells"}, None) == {"stacks": 1}

    assert estate.doorbell.rings_past == [estate.stacks.require(DEV).id]
    assert estate.log.lines[-1] == {"event": "lost_doorbells_rung", "stacks": 1}


@pytest.mark.parametrize("event", [{}, {"hoist": "other"}, {"Records": []}])
def test_other_events_are_refused(estate: InMemoryEstate, event: dict[str, Any]) -> None:
    """The invocation fails, so that somebody looks."""
    with pytest.raises(EventUnknownError):
        make_app(estate, log=estate.log)(event, None)
