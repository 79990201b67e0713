"""Tokens over HTTP, and what is noted and shown of who bears them."""

from collections.abc import Callable

import pytest

from access_sites import bearer, grant, role_arn, session_arn, settings_document
from api_estate import InMemoryEstate
from api_requests import ApiClient, Reply
from hoist.access.token_book import DEFAULT_LIFETIME, MAX_CHANGES_PER_MINUTE, MAX_TOKENS_PER_HOUR
from hoist.access.tokens import parse_token
from hoist.secret import Secret

ADA, BOB = session_arn("deployers", "ada"), session_arn("deployers", "bob")
RUNS = "/v1/stacks/shop/dev/runs"
OTHER_RUNS = "/v1/stacks/web/dev/runs"


@pytest.fixture
def estate() -> InMemoryEstate:
    """Deployers are told apart by their sessions."""
    return InMemoryEstate(
        access_settings=settings_document((role_arn("deployers"), "operator", "shop/*", "fixed"))
    )


def ask_token(estate: InMemoryEstate, body: object = None, arn: str = ADA) -> Reply:
    return ApiClient(estate.client.app, user_arn=arn).post("/v1/tokens", body or {})


def signed_in(estate: InMemoryEstate, arn: str = ADA, **wish: object) -> ApiClient:
    token = ask_token(estate, wish, arn).as_model("IssuedToken")["token"]
    return estate.client_with(parse_token(Secret(token)))


def test_an_iam_identity_gets_a_token(estate: InMemoryEstate) -> None:
    """With all that the settings give it; the token opens what the answer says."""
    issued = ask_token(estate)

    assert issued.status == 201
    document = issued.as_model("IssuedToken")
    assert (document["person"], document["principal"]) == (ADA, ADA)
    assert document["grants"] == [{"role": "operator", "stacks": "shop/*"}]
    assert document["limit"] == {"role": "admin", "stacks": "*/*"}
    client = estate.client_with(parse_token(Secret(document["token"])))
    shown = client.get("/v1/whoami").as_model("CallerFacts")
    for name in ("person", "principal", "expires_at", "grants", "limit"):
        assert shown[name] == document[name]
    assert shown["token_id"] == document["id"]


def test_a_token_is_narrowed_on_request(estate: InMemoryEstate) -> None:
    """In role, stacks and time; the rest is refused from then on."""
    client = signed_in(estate, role="viewer", stacks="shop/d*", lifetime_seconds=300)

    assert client.get("/v1/whoami").document["limit"] == {"role": "viewer", "stacks": "shop/d*"}
    assert client.post("/v1/stacks", {"project": "shop", "stack": "dev"}).status == 403
    estate.client.post("/v1/stacks", {"project": "shop", "stack": "dev"})
    assert client.get("/v1/stacks/shop/dev").status == 200
    estate.clock.advance(300)
    assert client.get("/v1/stacks/shop/dev").code == "token_expired"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"role": "admin"}, "scope_too_wide"),
        ({"stacks": "web/*"}, "scope_too_wide"),
        ({"role": "root"}, "request_invalid"),
        ({"stacks": "shop"}, "stack_pattern_invalid"),
        ({"stacks": "shop/[ab]"}, "stack_pattern_invalid"),
        ({"stacks": "s" * 300}, "request_invalid"),
        ({"lifetime_seconds": 299}, "request_invalid"),
        ({"lifetime_seconds": 43_201}, "request_invalid"),
        ({"lifetime_seconds": "300"}, "request_invalid"),
        ({"person": "root"}, "request_invalid"),
    ],
)
def test_other_wishes_are_refused(estate: InMemoryEstate, wish: object, code: str) -> None:
    """Nobody gets more than they have, for longer than anybody has it."""
    reply = ask_token(estate, wish)

    assert reply.code == code
    assert len(estate.access.tokens()) == 1


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:iam::111122223333:root", "principal_refused"),
        ("arn:aws:sts::111122223333:federated-user/ada", "principal_refused"),
        (session_arn("others", "ada"), "principal_unmapped"),
        ("nonsense", "principal_refused"),
    ],
)
def test_other_identities_get_none(estate: InMemoryEstate, arn: str, code: str) -> None:
    """However well they have signed."""
    reply = ask_token(estate, arn=arn)

    assert (reply.status, reply.code) == (403, code)


def test_without_settings_nobody_gets_one() -> None:
    """An installation whose settings are missing is out of order, and open to nobody."""
    reply = ask_token(InMemoryEstate())

    assert (reply.status, reply.code) == (503, "access_settings_invalid")


def test_a_token_gets_no_token(estate: InMemoryEstate) -> None:
    """It would outlive the settings by more than its time."""
    reply = signed_in(estate).post("/v1/tokens", {})

    assert (reply.status, reply.code) == (401, "iam_identity_missing")
    assert "AWS4" in reply.headers["WWW-Authenticate"]


def test_one_lists_and_revokes_ones_own(estate: InMemoryEstate) -> None:
    """Another's is as one that is not there; what was revoked is nobody's at once."""
    ada, lost, bob = signed_in(estate), signed_in(estate), signed_in(estate, BOB)
    listed = ada.get("/v1/tokens").as_model("TokenList")["tokens"]
    [his] = bob.get("/v1/tokens").document["tokens"]
    lost_id = lost.get("/v1/whoami").document["token_id"]

    theirs, nobodys = ada.delete(f"/v1/tokens/{his['id']}"), ada.delete(f"/v1/tokens/{'0' * 20}")
    assert (theirs.status, theirs.body) == (404, nobodys.body)
    assert ada.delete(f"/v1/tokens/{lost_id}").status == 204

    assert {token["person"] for token in listed} == {ADA}
    assert lost_id in {token["id"] for token in listed}
    assert lost.get("/v1/whoami").code == "token_unknown"
    assert (ada.get("/v1/whoami").status, bob.get("/v1/whoami").status) == (200, 200)


def test_an_administrator_sees_and_revokes_all(estate: InMemoryEstate) -> None:
    """Their own among them."""
    bob = signed_in(estate, BOB)

    listed = estate.client.get("/v1/tokens").as_model("TokenList")["tokens"]

    [his] = [token for token in listed if token["person"] == BOB]
    assert len(listed) == 2
    assert estate.client.delete(f"/v1/tokens/{his['id']}").status == 204
    assert bob.get("/v1/whoami").code == "token_unknown"


def test_too_many_tokens(estate: InMemoryEstate) -> None:
    """A person is told when to come back; others are served meanwhile."""
    for _ in range(MAX_TOKENS_PER_HOUR):
        assert ask_token(estate).status == 201

    reply = ask_token(estate)

    assert (reply.status, reply.code) == (429, "too_many_requests")
    assert 0 < int(reply.headers["Retry-After"]) <= 3600
    assert ask_token(estate, arn=BOB).status == 201


def test_too_many_changes(estate: InMemoryEstate) -> None:
    """They stop for the rest of the minute; looking goes on. What was refused counts as well: it is
    written down.
    """
    client, half = signed_in(estate), MAX_CHANGES_PER_MINUTE // 2
    for number in range(half):
        assert client.post("/v1/stacks", {"project": "web", "stack": f"s{number}"}).status == 403
    for number in range(MAX_CHANGES_PER_MINUTE - half):
        assert client.post("/v1/stacks", {"project": "shop", "stack": f"s{number}"}).status == 201

    reply = client.post("/v1/stacks", {"project": "shop", "stack": "more"})

    assert (reply.status, reply.code) == (429, "too_many_requests")
    assert 0 < int(reply.headers["Retry-After"]) <= 60
    assert client.get("/v1/stacks/shop/s1").status == 200
    assert client.get("/v1/stacks/shop/more").status == 404


def test_who_asked_is_in_the_records(estate: InMemoryEstate) -> None:
    """By the ARN that tells people apart: of a run, of its end, of a person's word on one."""
    ada, bob = signed_in(estate), signed_in(estate, BOB)
    run = ada.post(RUNS, {"kind": "up", "program": estate.upload()}).as_model("Run")

    cancelled = bob.post(f"{RUNS}/{run['id']}/cancel").as_model("Run")

    assert run["asked_by"] == ADA
    assert [move["who"] for move in cancelled["transitions"]] == [ADA, BOB]


def test_lists_show_only_what_one_may_read(estate: InMemoryEstate) -> None:
    """A project without such stacks is as one that is not there."""
    for project, stack in (("shop", "dev"), ("shop", "prod"), ("web", "dev")):
        estate.client.post("/v1/stacks", {"project": project, "stack": stack})
    bob = estate.client_of("bob", grant("viewer", "shop/d*"))

    def listed(**query: str) -> list[str]:
        found = bob.get("/v1/stacks", **query).as_model("StackList")["stacks"]
        return [f"{one['project']}/{one['stack']}" for one in found]

    assert listed() == listed(project="shop") == ["shop/dev"]
    assert listed(project="web") == listed(project="none") == []


def _secret_config(client: ApiClient, shown: str) -> Reply:
    return client.get("/v1/stacks/shop/dev/config/token", show_secret=shown)


def _secret_outputs(client: ApiClient, shown: str) -> Reply:
    return client.get("/v1/stacks/shop/dev/outputs", show_secrets=shown)


@pytest.mark.parametrize("ask", [_secret_config, _secret_outputs])
@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("approver", 403), ("operator", 200), ("admin", 200)]
)
def test_secrets_take_a_permission_of_their_own(
    estate: InMemoryEstate, ask: Callable[[ApiClient, str], Reply], role: str, status: int
) -> None:
    """Whoever may only look sees [secret], however they ask."""
    path = "/v1/stacks/shop/dev/config/token"
    estate.client.put(path, {"value": "canary-7d", "secret": True})
    client = estate.client_of("bob", grant(role, "shop/*"))

    asked, hidden = ask(client, "true"), ask(client, "false")

    assert (asked.status, hidden.status) == (status, 200)
    assert status == 200 or asked.code == "permission_missing"
    assert "canary-7d" not in hidden.body
    assert status == 200 or "read_secrets" in asked.document["detail"]
    assert ask(client, "True").code == "request_invalid"


@pytest.mark.parametrize("path", ["", "/events", "/cancel", "/attention"])
def test_a_run_belongs_to_its_stack(estate: InMemoryEstate, path: str) -> None:
    """Its id leads nowhere below another stack, not even for who may see both."""
    program = estate.upload()
    for runs in (RUNS, OTHER_RUNS):
        estate.client.post(runs, {"kind": "up", "program": program})
    run_id = estate.client.get(f"{OTHER_RUNS}/latest").document["id"]
    body = {"resolution": "cancel"} if path == "/attention" else None
    method = "POST" if path in ("/cancel", "/attention") else "GET"

    for client in (estate.client, estate.client_of("bob", grant("operator", "shop/*"))):
        reply = client.call(method, f"{RUNS}/{run_id}{path}", body)
        assert (reply.status, reply.code) == (404, "run_not_found")

    assert estate.client.get(f"{OTHER_RUNS}/latest").document["state"] == "queued"


def test_a_token_lasts_its_time(estate: InMemoryEstate) -> None:
    """Eight hours if nothing else was asked for, and not a second more."""
    client = signed_in(estate)
    estate.clock.advance(DEFAULT_LIFETIME.total_seconds() - 1)
    assert client.get("/v1/whoami").status == 200
    estate.clock.advance(1)

    assert client.get("/v1/whoami").code == "token_expired"


def test_a_signature_beside_a_token_adds_nothing(estate: InMemoryEstate) -> None:
    """The token alone says who asks."""
    viewer = estate.token_of("bob", grant("viewer", "shop/*"))
    client = ApiClient(estate.client.app, user_arn=ADA, headers=bearer(viewer))

    assert client.get("/v1/whoami").document["person"] == "bob"
    assert client.post("/v1/tokens", {}).code == "iam_identity_missing"
