"""What the audit has of requests, and what becomes of them when it does not answer."""

import hashlib
from typing import get_args

import pytest
from pydantic import BaseModel, SecretStr

from access_sites import grant, session_arn, settings_document, user_arn
from api_estate import InMemoryEstate
from api_requests import ApiClient, proxy_event
from hoist.access.token_book import MAX_CHANGES_PER_MINUTE
from orchestrator.audit.acts import Act, Source
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.trail import CHAIN_ENDED
from orchestrator.http_api.messages import requests
from orchestrator.state.names import StackName
from watched_storage import Moment, Outage

BOB = session_arn("deployers", "bob")
DEV = StackName("shop", "dev")
STACK = f"/v1/stacks/{DEV}"
VALUE = "pin-4711"


def chain_of(estate: InMemoryEstate) -> str:
    """Of shop/dev, which is there."""
    return estate.stacks.require(DEV).id


def acts(estate: InMemoryEstate, chain: str) -> list[Act]:
    return [each.entry.act for each in estate.audit_site.entries(chain)]


def told(estate: InMemoryEstate, chain: str) -> list[str]:
    """Operation, kind and code of each entry."""
    found = (each.entry for each in estate.audit_site.entries(chain))
    return [f"{e.act.operation} {e.result.kind} {e.result.code}".strip() for e in found]


def test_who_what_and_from_where(estate: InMemoryEstate, stack: str) -> None:
    """An entry tells the person, their token, the address, and the body's digest alone."""
    body = '{"kind": "destroy", "message": "too dear"}'
    estate.client.call("POST", f"{stack}/runs", body)

    begun, submitted, done = acts(estate, chain_of(estate))
    assert (begun.operation, submitted.operation) == ("create_run", "run.submitted")
    assert begun == done
    assert (begun.subject, begun.why) == ("shop/dev", "too dear")
    assert (begun.who.person, begun.who.token_id) == ("ada", estate.admin.id)
    assert begun.source == Source(ip="127.0.0.1", user_agent="tests")
    assert begun.digests.request == hashlib.sha256(body.encode()).hexdigest()


@pytest.mark.parametrize(
    ("method", "path", "subject"),
    [
        ("DELETE", f"{STACK}/config/aws:region", "shop/dev/config/aws:region"),
        ("DELETE", f"{STACK}/config/size", "shop/dev/config/shop:size"),
        ("DELETE", f"{STACK}/config/a%20key", "shop/dev"),
        ("POST", f"{STACK}/runs/run-00000000000a-00000000000b/cancel", "shop/dev"),
        ("POST", f"{STACK}/runs/run-00000000000a-000000000b/cancel", "shop/dev/runs/{run}"),
        ("POST", f"{STACK}/runs/hoist_secret/cancel", "shop/dev"),
    ],
)
def test_what_it_was_about(
    estate: InMemoryEstate, stack: str, method: str, path: str, subject: str
) -> None:
    """Names in a path are told if they are well formed: anything else may be a secret."""
    estate.client.call(method, path)

    [begun, _] = acts(estate, chain_of(estate))
    assert begun.subject == subject.format(run="run-00000000000a-000000000b")


def test_a_value_has_no_digest(estate: InMemoryEstate, stack: str) -> None:
    """A short secret could be guessed by it; that it was set, and by whom, is told."""
    body = f'{{"value": "{VALUE}", "secret": true}}'
    estate.client.call("PUT", f"{stack}/config/pin", body)

    assert told(estate, chain_of(estate)) == ["set_config begun", "set_config done"]
    assert {act.digests.request for act in acts(estate, chain_of(estate))} == {""}
    kept = estate.audit_site.export(chain_of(estate)).decode()
    for digest in (hashlib.sha256(text.encode()).hexdigest() for text in (body, VALUE)):
        assert digest not in kept


def test_secrets_of_bodies_are_where_they_are_looked_for() -> None:
    """A model with a secret deeper inside would have a digest of it: there is none."""
    models = [
        kind
        for kind in vars(requests).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    ]
    holding = {kind for kind in models if _fields_of(kind, SecretStr)}

    assert holding == {requests.NewConfigValue}
    assert not [kind for kind in models for held in holding if _fields_of(kind, held)]


def _fields_of(kind: type[BaseModel], wanted: type) -> list[str]:
    return [
        name
        for name, field in kind.model_fields.items()
        if wanted in (field.annotation, *get_args(field.annotation))
    ]


def test_the_making_of_a_stack_is_in_the_installations_chain(estate: InMemoryEstate) -> None:
    """It has no chain yet: neither when it is made, nor by its first value or run."""
    client = estate.client
    client.post("/v1/stacks", {"project": "shop", "stack": "dev"})
    client.put("/v1/stacks/shop/test/config/size", {"value": "1"})
    client.put("/v1/stacks/shop/test/config/size", {"value": "2"})

    assert told(estate, INSTALLATION) == [
        *("create_stack begun", "create_stack done"),
        *("set_config begun", "set_config done"),
    ]
    of_the_test = estate.stacks.require(StackName("shop", "test")).id
    assert told(estate, of_the_test) == ["set_config begun", "set_config done"]


def test_what_is_refused_by_the_rules(estate: InMemoryEstate, stack: str) -> None:
    """The second entry names the code that the caller got."""
    estate.client.post("/v1/stacks", {"project": "shop", "stack": "dev"})
    estate.client.post(f"{stack}/runs/latest/cancel")

    assert told(estate, chain_of(estate)) == [
        "create_stack begun",
        "create_stack refused stack_exists",
        "cancel_run begun",
        "cancel_run refused run_not_found",
    ]


def test_a_crash_is_told(estate: InMemoryEstate, stack: str) -> None:
    """What nobody has thought of has failed, and nothing of its words is kept."""
    estate.programs.offer = _crash  # type: ignore[method-assign]
    assert estate.client.post("/v1/programs", {"digest": "a" * 64, "size": 1}).status == 500

    assert told(estate, INSTALLATION)[-2:] == [
        "offer_upload begun",
        "offer_upload failed internal",
    ]
    assert VALUE not in estate.audit_site.export(INSTALLATION).decode()


def _crash(digest: str, size: int) -> None:
    raise RuntimeError(VALUE)


@pytest.mark.parametrize("path", ["config/pin?show_secret", "outputs?show_secrets"])
def test_who_saw_secrets(estate: InMemoryEstate, stack: str, path: str) -> None:
    """One entry in the stack's chain; without asking for them, none."""
    estate.client.put(f"{stack}/config/pin", {"value": VALUE, "secret": True})
    place, _, parameter = path.partition("?")
    count = estate.entry_count

    assert estate.client.get(f"{stack}/{place}", **{parameter: "false"}).status == 200
    assert estate.entry_count == count
    assert estate.client.get(f"{stack}/{place}", **{parameter: "true"}).status == 200

    [*_, last] = estate.audit_site.entries(chain_of(estate))
    assert last.entry.result.kind == "done"
    assert last.entry.act.operation in ("show_config", "show_outputs")
    assert estate.entry_count == count + 1


def test_who_wanted_to_see_secrets(estate: InMemoryEstate, stack: str) -> None:
    """A viewer who asks for a secret value is told of, and gets nothing."""
    estate.client.put(f"{stack}/config/pin", {"value": VALUE, "secret": True})

    reply = estate.client_of("eve", grant("viewer")).get(f"{stack}/config/pin", show_secret="true")

    assert (reply.status, VALUE in reply.body) == (403, False)
    assert told(estate, chain_of(estate))[-1] == "show_config refused permission_missing"


def test_no_secret_goes_out_unrecorded() -> None:
    """If the entry cannot be written the answer stays inside."""
    broken = Outage(call="log.append", moment=Moment.BEFORE, times=0)
    estate = InMemoryEstate(audit_watch=broken)
    estate.client.put(f"{STACK}/config/pin", {"value": VALUE, "secret": True})
    broken.times = 1

    reply = estate.client.get(f"{STACK}/config/pin", show_secret="true")

    assert (reply.status, reply.code) == (503, "store_unavailable")
    assert VALUE not in reply.body


def test_nothing_is_done_without_its_first_entry() -> None:
    """The change is refused as unavailable, and has not happened."""
    estate = InMemoryEstate(audit_watch=Outage(call="log.append", moment=Moment.BEFORE))

    reply = estate.client.post("/v1/stacks", {"project": "shop", "stack": "dev"})

    assert (reply.status, reply.code) == (503, "store_unavailable")
    assert estate.client.get("/v1/stacks").document == {"stacks": []}
    assert estate.audit_site.lost == []


class SecondEntryLost(Outage):
    """The store takes one entry, and not the next one."""

    def at(self, moment: Moment, call: str) -> None:
        if self.calls.count("log.append") or call != "log.append":
            Outage.at(self, moment, call)
        else:
            self.calls.append(call)


def test_what_is_done_is_answered_though_its_end_is_lost() -> None:
    """The answer says that it is done, and the loss is told: which act, of which chain."""
    watch = SecondEntryLost(call="log.append", moment=Moment.BEFORE)
    estate = InMemoryEstate(audit_watch=watch)

    assert estate.client.post("/v1/stacks", {"project": "shop", "stack": "dev"}).status == 201

    [loss] = estate.audit_site.lost
    assert (loss.chain, loss.operation) == (INSTALLATION, "create_stack")
    assert estate.audit_site.verdict(INSTALLATION).unfinished == (1,)


def test_nobody_fills_a_chain(estate: InMemoryEstate, stack: str) -> None:
    """What is refused is told of as often as one may change things in a minute, and no more."""
    client, before = estate.client_of("eve", grant("viewer")), estate.entry_count
    for _ in range(MAX_CHANGES_PER_MINUTE):
        assert client.delete(stack).status == 403

    assert client.delete(stack).status == 429
    assert client.get(f"{stack}/outputs", show_secrets="true").status == 429
    assert estate.entry_count == before + MAX_CHANGES_PER_MINUTE


@pytest.mark.parametrize("header", ["", "Bearer nothing", f"Bearer hoist_{'0' * 20}_{'0' * 72}"])
def test_who_is_not_known_is_not_told_of(estate: InMemoryEstate, stack: str, header: str) -> None:
    """Otherwise anybody could fill a chain."""
    before = estate.entry_count
    client = ApiClient(estate.client.app, headers={"Authorization": header} if header else {})

    assert client.delete(stack).status == 401
    assert client.post("/v1/tokens", {}).status == 401
    signed = ApiClient(estate.client.app, user_arn=BOB)
    assert signed.delete(stack).status == 401

    assert estate.entry_count == before


def test_what_is_malformed_is_not_told_of(estate: InMemoryEstate, stack: str) -> None:
    """It means nothing: there is no act in it."""
    before = estate.entry_count
    headers = {"Content-Type": "text/plain"}

    assert estate.client.post("/v1/stacks", {"project": "shop"}).status == 400
    assert estate.client.post("/v1/stacks", {"project": "../x", "stack": "dev"}).status == 400
    assert estate.client.call("POST", f"{stack}/runs", "{}", headers=headers).status == 415
    assert estate.client.send(proxy_event("POST", "/v1/nothing")).status == 404

    assert estate.entry_count == before


def test_logins_are_in_the_installations_chain() -> None:
    """Who gets a token, with the session's name, and who has no role here."""
    settings = settings_document((user_arn("ada"), "admin", "*/*"))
    estate = InMemoryEstate(access_settings=settings)
    for arn in (user_arn("ada"), BOB):
        ApiClient(estate.client.app, user_arn=arn).post("/v1/tokens", {})

    assert told(estate, INSTALLATION) == [
        *("issue_token begun", "issue_token done"),
        *("issue_token begun", "issue_token refused principal_unmapped"),
    ]
    who = [act.who for act in acts(estate, INSTALLATION)]
    assert [each.principal for each in who[::2]] == [user_arn("ada"), BOB]
    assert [each.session for each in who[::2]] == ["", "bob"]
    assert {each.person for each in who} == {""}


def test_the_end_of_a_stack_is_kept(estate: InMemoryEstate, stack: str) -> None:
    """Its chain stays, and the installation's says with which entry and hash it ends."""
    chain = chain_of(estate)
    assert estate.client.delete(stack).status == 204

    assert told(estate, chain) == ["delete_stack begun", "delete_stack done"]
    last = estate.audit_site.entries(INSTALLATION)[-1].entry
    assert (last.act.operation, last.act.subject) == (CHAIN_ENDED, f"{chain}#2")
    assert last.act.digests.chain == estate.audit_site.entries(chain)[-1].hash
    assert last.act.who.person == "ada"
    shown = estate.client.get("/v1/audit/entries", chain=chain).as_model("AuditEntries")
    assert [each["entry"]["number"] for each in shown["entries"]] == [1, 2]


def test_a_stack_that_is_not_deleted_goes_on(estate: InMemoryEstate, stack: str) -> None:
    """Whose deletion was refused has a chain like before."""
    estate.client.post(f"{stack}/runs", {"kind": "destroy"})

    assert estate.client.delete(stack).status == 409

    assert CHAIN_ENDED not in {act.operation for act in acts(estate, INSTALLATION)}
