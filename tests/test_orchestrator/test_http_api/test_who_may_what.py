"""Every route, every role, one's own stacks and those of others.

The table is made by hand and held against the router: a route without a row fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

import pytest

from access_sites import bearer, grant, role_arn, session_arn, settings_document, token_with
from api_estate import InMemoryEstate
from api_requests import ApiClient, Reply
from hoist.access.permissions import Role
from hoist.access.tokens import AccessToken, new_token
from orchestrator.audit.chains import INSTALLATION
from orchestrator.http_api.openapi import routes
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.names import StackName

OWN, OTHER, MISSING = StackName("shop", "dev"), StackName("web", "dev"), StackName("web", "none")
TEAM = "shop/*"
ADA = session_arn("deployers", "ada")
STACK = "/v1/stacks/<project>/<stack>"
RUN = f"{STACK}/runs/<run_id>"

NOBODY: frozenset[Role] = frozenset()
EVERYBODY = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

Prepare = Callable[[InMemoryEstate, StackName], None]


class Elsewhere(Enum):
    """What is said about a stack on which one has no role."""

    HIDDEN = "it is as if it were not there"
    FORBIDDEN = "one may not make it, whether it is there or not"
    NOT_ASKED = "the route is about no stack"


def as_it_is(estate: InMemoryEstate, name: StackName) -> None:
    """Nothing has to be done first."""


def make_run(estate: InMemoryEstate, name: StackName) -> None:
    path = f"/v1/stacks/{name}/runs"
    assert estate.client.post(path, {"kind": "destroy"}).status == 201


def make_run_that_asks(estate: InMemoryEstate, name: StackName) -> None:
    make_run(estate, name)
    claim = estate.runs.claim_next(estate.stacks.require(name).id, worker_id="w-1")
    assert claim
    estate.runs.end_slice(claim, SliceEnding(SliceOutcome.NEEDS_ATTENTION, reason="a create"))


def remove_stack(estate: InMemoryEstate, name: StackName) -> None:
    assert estate.client.delete(f"/v1/stacks/{name}").status == 204


@dataclass(frozen=True, slots=True)
class Row:
    """Whom a route lets in on a stack of theirs, what it says on another, and a request for it."""

    lets_in: frozenset[Role]
    elsewhere: Elsewhere
    body: Mapping[str, object] | None = None
    prepare: Prepare = as_it_is
    names_stack_in_body: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    granted_on: str = TEAM
    """For which stacks somebody must have the role."""


HIDDEN, FORBIDDEN, NOT_ASKED = Elsewhere
TABLE: Mapping[tuple[str, str], Row] = {
    ("GET", "/v1/stacks"): Row(EVERYBODY, NOT_ASKED),
    ("POST", "/v1/stacks"): Row(
        OPERATORS, FORBIDDEN, {}, prepare=remove_stack, names_stack_in_body=True
    ),
    ("GET", STACK): Row(EVERYBODY, HIDDEN),
    ("DELETE", STACK): Row(ADMINS, HIDDEN),
    ("GET", f"{STACK}/config"): Row(EVERYBODY, HIDDEN),
    ("GET", f"{STACK}/config/<key>"): Row(EVERYBODY, HIDDEN),
    ("PUT", f"{STACK}/config/<key>"): Row(OPERATORS, FORBIDDEN, {"value": "1"}),
    ("DELETE", f"{STACK}/config/<key>"): Row(OPERATORS, HIDDEN),
    ("GET", f"{STACK}/outputs"): Row(EVERYBODY, HIDDEN),
    ("GET", f"{STACK}/resources"): Row(EVERYBODY, HIDDEN),
    ("GET", f"{STACK}/history"): Row(EVERYBODY, HIDDEN),
    ("GET", f"{STACK}/conflict"): Row(EVERYBODY, HIDDEN),
    ("POST", f"{STACK}/conflict"): Row(
        OPERATORS, HIDDEN, {"update_id": "upd-1", "keep": "ours", "seen_version": ""}
    ),
    ("POST", f"{STACK}/runs"): Row(OPERATORS, FORBIDDEN, {"kind": "destroy"}),
    ("GET", f"{STACK}/runs"): Row(EVERYBODY, HIDDEN),
    ("GET", RUN): Row(EVERYBODY, HIDDEN, prepare=make_run),
    ("GET", f"{RUN}/events"): Row(EVERYBODY, HIDDEN, prepare=make_run),
    ("POST", f"{RUN}/cancel"): Row(OPERATORS, HIDDEN, prepare=make_run),
    ("POST", f"{RUN}/attention"): Row(
        OPERATORS, HIDDEN, {"resolution": "cancel"}, prepare=make_run_that_asks
    ),
    ("POST", "/v1/programs"): Row(OPERATORS, NOT_ASKED, {"digest": "a" * 64, "size": 1}),
    ("GET", "/v1/openapi.json"): Row(EVERYBODY, NOT_ASKED),
    ("GET", "/v1/whoami"): Row(EVERYBODY, NOT_ASKED),
    ("GET", "/v1/tokens"): Row(EVERYBODY, NOT_ASKED),
    ("DELETE", "/v1/tokens/<token_id>"): Row(EVERYBODY, NOT_ASKED),
    ("GET", f"{STACK}/audit/entries"): Row(EVERYBODY, HIDDEN),
    ("GET", f"{STACK}/audit/heads"): Row(EVERYBODY, HIDDEN),
    ("GET", "/v1/audit/entries"): Row(ADMINS, NOT_ASKED, granted_on="*/*"),
    ("GET", "/v1/audit/heads"): Row(ADMINS, NOT_ASKED, granted_on="*/*"),
    # No role lets in here: an IAM identity does.
    ("POST", "/v1/tokens"): Row(NOBODY, NOT_ASKED, {}),
}
# The conflict of a stack that has none: whoever is let in hears of that.
LET_IN = {*range(200, 300), 409}
ROUTES = [f"{method} {path}" for method, path in TABLE]
HIDING = [f"{each[0]} {each[1]}" for each, row in TABLE.items() if row.elsewhere is HIDDEN]
# All changes but the making of a token, whose caller is known by no token.
CHANGES = [
    f"{each[0]} {each[1]}" for each, row in TABLE.items() if each[0] != "GET" and row.lets_in
]
DENIED_TO_VIEWERS = [
    f"{each[0]} {each[1]}"
    for each, row in TABLE.items()
    if each[0] != "GET" and row.lets_in and Role.VIEWER not in row.lets_in
]
OPERATIONS = {f"{route.method} {route.path}": route.name for route in routes()}
ABOUT_A_STACK = [
    f"{each[0]} {each[1]}" for each, row in TABLE.items() if row.elsewhere is not NOT_ASKED
]


@pytest.fixture
def estate() -> InMemoryEstate:
    """Two stacks with a secret each."""
    estate = InMemoryEstate()
    for name in (OWN, OTHER):
        path = f"/v1/stacks/{name}/config/size"
        assert estate.client.put(path, {"value": "3", "secret": True}).status == 200
    return estate


def ask(client: ApiClient, route: str, name: StackName, token: AccessToken | None = None) -> Reply:
    """A request for the route that is right in everything but who makes it."""
    method, _, pattern = route.partition(" ")
    row = TABLE[method, pattern]
    parts = {"project": name.project, "stack": name.stack, "key": "size", "run_id": "latest"}
    path = pattern
    for part, value in {**parts, "token_id": token.id if token else "0" * 20}.items():
        path = path.replace(f"<{part}>", value)
    body = row.body
    if row.names_stack_in_body:
        body = {"project": name.project, "stack": name.stack}
    return client.call(method, path, body, query=row.query)


def row_of(route: str) -> Row:
    method, _, path = route.partition(" ")
    return TABLE[method, path]


def test_every_route_has_a_row() -> None:
    """And every row is of a route: the table is the router's."""
    assert set(TABLE) == {(route.method, route.path) for route in routes()}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", ROUTES)
def test_on_ones_own_stacks(estate: InMemoryEstate, route: str, role: Role) -> None:
    """Whoever has the role is let in; nobody else gets through, and they hear what they lack."""
    row = row_of(route)
    token = estate.token_of("bob", grant(role, row.granted_on))
    row.prepare(estate, OWN)

    reply = ask(estate.client_with(token), route, OWN, token)

    if role in row.lets_in:
        assert reply.status in LET_IN, reply.body
    elif row.lets_in is NOBODY:
        assert (reply.status, reply.code) == (401, "iam_identity_missing")
    else:
        assert (reply.status, reply.code) == (403, "permission_missing")
        assert "bob lacks the permission" in reply.document["detail"]


@pytest.mark.parametrize("of", ["entries", "heads"])
def test_what_is_about_all_stacks_takes_a_role_on_all(estate: InMemoryEstate, of: str) -> None:
    """The audit of the installation is not shown to who administers some stacks."""
    reply = estate.client_of("bob", grant("admin", TEAM)).get(f"/v1/audit/{of}")

    assert (reply.status, reply.code) == (403, "permission_missing")
    assert "on all stacks" in reply.document["detail"]


def chain_of(estate: InMemoryEstate, name: StackName) -> str:
    """Of the stack if it is there, else the installation's."""
    found = estate.stacks.find(name)
    return found.id if found else INSTALLATION


def told(estate: InMemoryEstate, chain: str, operation: str) -> list[tuple[str, str]]:
    """Person and result of the entries of one operation in a chain."""
    found = (each.entry for each in estate.audit_site.entries(chain))
    return [
        (each.act.who.person, str(each.result.kind))
        for each in found
        if each.act.operation == operation
    ]


@pytest.mark.parametrize("route", CHANGES)
def test_no_change_escapes_the_audit(estate: InMemoryEstate, route: str) -> None:
    """Whoever is let in leaves an entry before the effect, and one of how it ended."""
    row, token = row_of(route), estate.token_of("bob", grant("admin"))
    row.prepare(estate, OWN)
    chain = INSTALLATION if row.elsewhere is NOT_ASKED else chain_of(estate, OWN)

    ask(estate.client_with(token), route, OWN, token)

    assert told(estate, chain, OPERATIONS[route])[-2:] in (
        [("bob", "begun"), ("bob", "done")],
        [("bob", "begun"), ("bob", "refused")],
    )


@pytest.mark.parametrize("route", DENIED_TO_VIEWERS)
def test_a_denied_change_is_told_of(estate: InMemoryEstate, route: str) -> None:
    """Where no role of a known person allows it there is one entry, which says so."""
    row = row_of(route)
    row.prepare(estate, OWN)
    chain = INSTALLATION if row.elsewhere is NOT_ASKED else chain_of(estate, OWN)

    ask(estate.client_of("eve", grant("viewer")), route, OWN)

    assert told(estate, chain, OPERATIONS[route])[-1:] == [("eve", "refused")]


@pytest.mark.parametrize("route", [each for each in ROUTES if each.startswith("GET")])
def test_a_look_leaves_no_entry(estate: InMemoryEstate, route: str) -> None:
    """Who only reads is not told of, unless they ask for secrets."""
    row_of(route).prepare(estate, OWN)
    before = estate.entry_count

    ask(estate.client, route, OWN)

    assert estate.entry_count == before


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", ABOUT_A_STACK)
def test_on_stacks_of_others(estate: InMemoryEstate, route: str, role: Role) -> None:
    """One hears the same whether the stack exists or not, and nothing is done to it."""
    row, client = row_of(route), estate.client_of("bob", grant(role, TEAM))
    if row.prepare is not remove_stack:
        row.prepare(estate, OTHER)
    before = list(estate.storage.records.list("stacks#web"))

    there, missing = ask(client, route, OTHER), ask(client, route, MISSING)

    expected = {HIDDEN: (404, "stack_not_found"), FORBIDDEN: (403, "permission_missing")}
    assert (there.status, there.code) == expected[row.elsewhere]
    assert there.body.replace(str(OTHER), str(MISSING)) == missing.body
    assert there.status == missing.status
    assert list(estate.storage.records.list("stacks#web")) == before


@pytest.mark.parametrize("route", HIDING)
def test_a_hidden_stack_is_as_one_that_is_not_there(estate: InMemoryEstate, route: str) -> None:
    """Word for word what an administrator hears of a stack that does not exist."""
    hidden = ask(estate.client_of("bob", grant("viewer", TEAM)), route, MISSING)

    assert hidden.body == ask(estate.client, route, MISSING).body


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_good_token(estate: InMemoryEstate, route: str) -> None:
    """Nobody passes: not with none, nor with one that is damaged, foreign, over or revoked."""
    row_of(route).prepare(estate, OWN)
    revoked = estate.token_of("bob", grant("admin"))
    estate.access.delete_token(revoked.id)
    expired = token_with(estate.access, [grant("admin")], at=estate.clock.now(), days=-1)
    whole = bearer(estate.admin)["Authorization"]
    attempts = {
        "": "token_missing",
        whole[:-1]: "token_invalid",
        bearer(new_token())["Authorization"]: "token_unknown",
        bearer(revoked)["Authorization"]: "token_unknown",
        bearer(expired)["Authorization"]: "token_expired",
    }

    for header, code in attempts.items():
        client = ApiClient(estate.client.app, headers={"Authorization": header})
        reply = ask(client, route, OWN)
        assert (reply.status, reply.code) == (401, code)
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="hoist"'


@pytest.mark.parametrize("route", ROUTES)
def test_a_signature_opens_the_door_of_tokens_alone(route: str) -> None:
    """An IAM identity gets a token, and nothing else without one."""
    settings = settings_document((role_arn("deployers"), "admin", "*/*"))
    estate = InMemoryEstate(access_settings=settings)

    reply = ask(ApiClient(estate.client.app, user_arn=ADA), route, OWN)

    if route == "POST /v1/tokens":
        assert reply.status == 201
    else:
        assert (reply.status, reply.code) == (401, "token_missing")
