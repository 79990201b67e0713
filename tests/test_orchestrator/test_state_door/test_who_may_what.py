"""Every route of the protocol, and every role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from access_sites import bearer, grant, token_with
from api_estate import InMemoryEstate
from hoist.access.permissions import Role
from hoist.access.tokens import new_token
from hoist.secret import Secret
from orchestrator.audit.chains import INSTALLATION
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import SingleStackAccess
from orchestrator.state.protocol.app import App
from orchestrator.state.records import Holder
from orchestrator.state_door.rules import RULES, Bearer
from protocol_client import ClientUpdate, ProtocolClient, Reply
from state_door_site import DEV, MISSING, OTHER, client_of, pulumi_client

EVERYBODY = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
TEAM = "shop/*"


@dataclass(slots=True)
class Prepared:
    """What a request needs that is right in everything but who makes it."""

    update_id: str = "upd-none"
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict)


Prepare = Callable[[ProtocolClient], Prepared]


def nothing(_admin: ProtocolClient) -> Prepared:
    return Prepared()


def no_stack(admin: ProtocolClient) -> Prepared:
    assert admin.delete_stack(force=True).status in (204, 404)
    return Prepared(body={"stackName": admin.name.stack, "tags": {}})


def created(admin: ProtocolClient) -> Prepared:
    return Prepared(update_id=admin.create_update().id, body={"journalVersion": 1})


def opened(admin: ProtocolClient) -> Prepared:
    return Prepared(update_id=admin.open_update().id)


def ended(admin: ProtocolClient) -> Prepared:
    return Prepared(update_id=admin.run_update().id)


def with_ciphertext(admin: ProtocolClient) -> Prepared:
    encrypted = admin.call("POST", f"{admin.stack_path}/encrypt", {"plaintext": "eA=="})
    text = encrypted.document["ciphertext"]
    return Prepared(body={"ciphertext": text, "ciphertexts": [text]})


def body(**fields: object) -> Prepare:
    return lambda _admin: Prepared(body=fields)


STACK = "/api/stacks/{organization}/{project}/{stack}"
UPDATE = STACK + "/{path_kind:update|preview|refresh|destroy|import}/{update_id}"
# Routes by lease are for nobody by their role.
TABLE: Mapping[tuple[str, str], tuple[frozenset[Role], Prepare]] = {
    ("GET", "/api/user"): (EVERYBODY, nothing),
    ("GET", "/api/user/organizations/default"): (EVERYBODY, nothing),
    ("GET", "/api/capabilities"): (EVERYBODY, nothing),
    ("GET", "/api/user/stacks"): (EVERYBODY, nothing),
    ("HEAD", "/api/stacks/{organization}/{project}"): (EVERYBODY, nothing),
    ("POST", "/api/stacks/{organization}/{project}"): (OPERATORS, no_stack),
    ("GET", STACK): (EVERYBODY, nothing),
    ("DELETE", STACK): (ADMINS, nothing),
    ("GET", STACK + "/export"): (EVERYBODY, nothing),
    ("GET", STACK + "/export/{version}"): (EVERYBODY, ended),
    ("PATCH", STACK + "/tags"): (OPERATORS, body(team="a")),
    ("POST", STACK + "/import"): (OPERATORS, body(version=3, deployment={})),
    ("POST", STACK + "/rename"): (OPERATORS, body(newName="next", newProject="shop")),
    ("POST", STACK + "/encrypt"): (OPERATORS, body(plaintext="eA==")),
    ("POST", STACK + "/batch-encrypt"): (OPERATORS, body(plaintexts=["eA=="])),
    ("POST", STACK + "/decrypt"): (OPERATORS, with_ciphertext),
    ("POST", STACK + "/batch-decrypt"): (OPERATORS, with_ciphertext),
    ("POST", STACK + "/decrypt/log-decryption"): (OPERATORS, body(secretName="x")),
    ("POST", STACK + "/decrypt/log-batch-decryption"): (OPERATORS, body(commandName="x")),
    ("GET", STACK + "/updates"): (EVERYBODY, nothing),
    ("GET", STACK + "/updates/latest"): (EVERYBODY, ended),
    ("GET", UPDATE): (EVERYBODY, ended),
    ("POST", STACK + "/{kind:update|preview|refresh|destroy}"): (
        OPERATORS,
        body(options={"dryRun": False}),
    ),
    ("POST", UPDATE): (OPERATORS, created),
    ("POST", UPDATE + "/cancel"): (OPERATORS, opened),
}
BY_LEASE = {
    ("PATCH", UPDATE + "/journalentries"),
    ("PATCH", UPDATE + "/checkpoint"),
    ("POST", UPDATE + "/events/batch"),
    ("POST", UPDATE + "/renew_lease"),
    ("POST", UPDATE + "/complete"),
}
ROUTES = [" ".join(each) for each in TABLE]
LEASED = [" ".join(each) for each in sorted(BY_LEASE)]
ABOUT_A_STACK = [each for each in ROUTES if "{stack}" in each]
ACTS = {" ".join(each): rule.act for each, rule in RULES.items()}
CHANGES = [each for each in ROUTES if ACTS[each] and "decrypt" not in each]


@pytest.fixture
def estate() -> InMemoryEstate:
    """Two stacks, in which something was encrypted."""
    estate = InMemoryEstate()
    for name in (DEV, OTHER):
        admin = pulumi_client(estate, name=name)
        assert admin.create_stack().is_ok
        with_ciphertext(admin)
    return estate


def ask(client: ProtocolClient, route: str, given: Prepared, token: str | None = None) -> Reply:
    """A request for the route, on the client's stack."""
    method, _, path = route.partition(" ")
    parts = {
        "{organization}": "organization",
        "{project}": client.name.project,
        "{stack}": client.name.stack,
        "{version}": "1",
        "{kind:update|preview|refresh|destroy}": "update",
        "{path_kind:update|preview|refresh|destroy|import}": "update",
        "{update_id}": given.update_id,
    }
    for part, value in parts.items():
        path = path.replace(part, value)
    return client.call(method, path, given.body, query=given.query, authorization=token)


def prepared(estate: InMemoryEstate, route: str, name: StackName) -> Prepared:
    method, _, path = route.partition(" ")
    _, prepare = TABLE[method, path]
    return prepare(pulumi_client(estate, name=name))


def lets_in(route: str) -> frozenset[Role]:
    method, _, path = route.partition(" ")
    return TABLE[method, path][0]


def test_every_route_has_its_rule() -> None:
    """The protocol's routes, the door's rules and the rows of this test are the same."""
    service = InMemoryEstate().state_service
    app = App(service, SingleStackAccess(Secret("x"), DEV), holder=Holder())
    of_the_protocol = {(route.method, route.pattern) for route in app.routes}

    assert set(RULES) == of_the_protocol
    assert set(TABLE) | BY_LEASE == of_the_protocol
    by_lease = {(route.method, route.pattern) for route in app.routes if route.by_lease}
    assert by_lease == BY_LEASE
    assert by_lease == {each for each, rule in RULES.items() if rule.bearer is Bearer.LEASE}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", ROUTES)
def test_on_ones_own_stacks(estate: InMemoryEstate, route: str, role: Role) -> None:
    """Whoever has the role is let in; nobody else gets through, and they hear what they lack."""
    given = prepared(estate, route, DEV)

    reply = ask(client_of(estate, "bob", grant(role, TEAM)), route, given)

    if role in lets_in(route):
        assert reply.status in (200, 204), reply
    else:
        assert reply.status == 403
        assert "bob lacks the permission" in reply.message


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", ABOUT_A_STACK)
def test_on_stacks_of_others(estate: InMemoryEstate, route: str, role: Role) -> None:
    """A stack that one may not see is not there, word for word, and nothing is done to it."""
    given = prepared(estate, route, OTHER)
    bob = estate.token_of("bob", grant(role, TEAM))
    before = list(estate.storage.records.list("stacks#web"))

    there = ask(pulumi_client(estate, bob, name=OTHER), route, given)
    missing = ask(pulumi_client(estate, name=MISSING), route, given)

    assert (there.status, missing.status) == (404, 404)
    assert there.message.replace(str(OTHER), str(MISSING)) == missing.message
    assert list(estate.storage.records.list("stacks#web")) == before


@pytest.mark.parametrize("name", [OTHER, MISSING], ids=str)
def test_nobody_makes_a_stack_of_others(estate: InMemoryEstate, name: StackName) -> None:
    """Who may not operate there hears so, whether the stack exists or not."""
    reply = client_of(estate, "bob", grant("operator", TEAM), name=name).create_stack()

    assert reply.status == 403
    assert f"on stack '{name}'" in reply.message


def test_nobody_moves_a_stack_to_where_they_may_nothing(estate: InMemoryEstate) -> None:
    """A rename takes the right to both names."""
    reply = client_of(estate, "bob", grant("operator", TEAM)).rename(StackName("web", "mine"))

    assert reply.status == 403
    assert estate.stacks.find(StackName("web", "mine")) is None


def test_a_list_names_what_one_may_see(estate: InMemoryEstate) -> None:
    """And a project in which one may see nothing is unknown."""
    bob = client_of(estate, "bob", grant("viewer", TEAM))

    listed = bob.call("GET", "/api/user/stacks").document["stacks"]

    assert [(each["projectName"], each["stackName"]) for each in listed] == [("shop", "dev")]
    assert bob.call("HEAD", "/api/stacks/organization/web").status == 404


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_good_token(estate: InMemoryEstate, route: str) -> None:
    """Nobody passes: not with none, nor with one that is damaged, foreign, over or revoked, nor
    with a lease."""
    given = prepared(estate, route, DEV)
    revoked = estate.token_of("bob", grant("admin"))
    estate.access.delete_token(revoked.id)
    expired = token_with(estate.access, [grant("admin")], at=estate.clock.now(), days=-1)
    whole = bearer(estate.admin)["Authorization"]
    others = [bearer(each)["Authorization"] for each in (new_token(), revoked, expired)]

    for header in ("token ", "Basic eA==", whole[:-1], "update-token x", *others):
        assert ask(pulumi_client(estate), route, given, header).status == 401, header


@pytest.mark.parametrize("route", LEASED)
def test_without_a_lease(estate: InMemoryEstate, route: str) -> None:
    """What belongs to an update is done for its lease alone: no token helps, and who has neither
    does not learn which stacks and updates there are."""
    update_id = Prepared(update_id=pulumi_client(estate).open_update().id)
    before = estate.entry_count
    admin = f"token {estate.admin.text.reveal()}"

    known = ask(pulumi_client(estate), route, update_id, "update-token junk")
    unknown = ask(pulumi_client(estate), route, Prepared(), "update-token junk")
    missing = ask(pulumi_client(estate, name=MISSING), route, update_id, "update-token junk")

    assert known == unknown == missing
    assert known.status == (403 if route.endswith("renew_lease") else 409)
    assert ask(pulumi_client(estate), route, update_id, admin).status in (403, 409)
    assert estate.entry_count == before


def told(estate: InMemoryEstate, chain: str, act: str) -> list[tuple[str, str]]:
    """Person and result of the entries of one operation in a chain."""
    found = (each.entry for each in estate.audit_site.entries(chain))
    return [
        (each.act.who.person, str(each.result.kind)) for each in found if each.act.operation == act
    ]


def chain_of(estate: InMemoryEstate) -> str:
    found = estate.stacks.find(DEV)
    return found.id if found else INSTALLATION


@pytest.mark.parametrize("route", CHANGES)
def test_no_change_escapes_the_audit(estate: InMemoryEstate, route: str) -> None:
    """There is an entry before the effect, and one of how it ended."""
    given = prepared(estate, route, DEV)
    chain = chain_of(estate)

    assert ask(client_of(estate, "bob", grant("admin")), route, given).status in (200, 204)

    assert told(estate, chain, ACTS[route])[-2:] == [("bob", "begun"), ("bob", "done")]


@pytest.mark.parametrize("route", CHANGES)
def test_a_denied_change_is_told_of(estate: InMemoryEstate, route: str) -> None:
    """Where no role of a known person allows it there is one entry, which says so."""
    given = prepared(estate, route, DEV)
    chain = chain_of(estate)

    ask(client_of(estate, "eve", grant("viewer")), route, given)

    assert told(estate, chain, ACTS[route])[-1:] == [("eve", "refused")]


@pytest.mark.parametrize("route", [each for each in ROUTES if not ACTS[each]])
def test_a_look_leaves_no_entry(estate: InMemoryEstate, route: str) -> None:
    """Who only reads or encrypts is not told of."""
    given = prepared(estate, route, DEV)
    before = estate.entry_count

    ask(pulumi_client(estate), route, given)

    assert estate.entry_count == before


def test_the_lease_is_all_that_an_update_needs(estate: InMemoryEstate) -> None:
    """Who may not even read the stack goes on with an update that was started for them."""
    lease = pulumi_client(estate).open_update()
    update = ClientUpdate(client_of(estate, "bob", grant("viewer", "web/*")), lease.id, lease.lease)

    assert update.send_summary(create=1).is_ok
    assert update.renew().is_ok
    assert update.complete().is_ok
