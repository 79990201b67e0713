"""The door for Pulumi clients: what they and the log are told."""

import base64
import gzip
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access_sites import grant
from api_estate import InMemoryEstate
from hoist.access.token_book import MAX_CHANGES_PER_MINUTE
from journals import resource
from orchestrator.audit.entries import Entry
from orchestrator.http_api.answer_size import MAX_ANSWER_BYTES
from orchestrator.http_api.door import make_app
from orchestrator.state.names import StackName
from orchestrator.state.protocol.http import Request
from orchestrator.state.stores.memory import in_memory_storage
from state_door_site import DEV, DOMAIN, called, client_of, pulumi_client, pulumi_event, sending_to
from state_sites import creation
from watched_storage import Moment, Outage, watched

STACK = f"/api/stacks/organization/{DEV.project}/{DEV.stack}"


def entries(estate: InMemoryEstate, name: StackName = DEV) -> list[Entry]:
    """What the audit has of a stack."""
    return [each.entry for each in estate.audit_site.entries(estate.stacks.require(name).id)]


def test_who_one_is(estate: InMemoryEstate) -> None:
    """The CLI's account has the name of the person, without what stands before it in an ARN."""
    client = client_of(estate, "arn:aws:iam::111122223333:user/bob", grant("viewer"))

    assert client.call("GET", "/api/user").document["githubLogin"] == "bob"


def test_a_whole_update_by_many_processes(estate: InMemoryEstate) -> None:
    """Each call may be answered by another process: nothing is only in the memory of one."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    update = client.open_update()

    assert update.append(*creation("a")).is_ok
    assert update.send_summary(create=1).is_ok
    assert update.renew().is_ok
    assert update.complete().is_ok

    (told,) = client.history()
    assert (told["version"], told["result"]) == (1, "succeeded")
    assert told["resourceChanges"] == {"create": 1}


def test_an_update_in_the_audit(estate: InMemoryEstate) -> None:
    """Its begin names the person and its end the lease, each with the update; batches are not told
    of."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    update = client.run_update(*creation("a"))

    acts = [entry.act for entry in entries(estate)]

    assert [act.operation for act in acts[::2]] == [
        "create_update",
        "start_update",
        "complete_update",
    ]
    start, end = acts[2], acts[4]
    assert (start.who.person, start.subject) == ("ada", f"shop/dev/updates/{update.id}")
    assert (end.who.person, end.who.session, end.subject) == ("", update.id, start.subject)
    assert (start.source.ip, start.source.user_agent) == ("127.0.0.1", "tests")


def test_a_look_at_secrets_is_told_of(estate: InMemoryEstate) -> None:
    """Decryption leaves an entry, which holds no secret."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    plaintext = "Y2FuYXJ5LTVmMQ=="
    sealed = client.call("POST", f"{STACK}/encrypt", {"plaintext": plaintext}).document

    opened = client.call("POST", f"{STACK}/decrypt", sealed).document

    assert opened == {"plaintext": plaintext}
    (entry,) = entries(estate)
    assert (entry.act.operation, str(entry.result.kind)) == ("decrypt_secrets", "done")
    assert plaintext not in repr(entry)
    assert plaintext not in json.dumps(estate.log.lines)


def test_a_deletion_ends_the_chain(estate: InMemoryEstate) -> None:
    """The installation's chain tells how the stack's ends."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    chain = estate.stacks.require(DEV).id

    assert client.delete_stack().is_ok

    last = estate.audit_site.entries("installation")[-1].entry
    assert last.act.operation == "chain_ended"
    assert last.act.subject.startswith(f"{chain}#")


def test_a_stack_with_runs_is_not_deleted(estate: InMemoryEstate) -> None:
    """As everywhere in the API; the CLI hears 409."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    assert estate.client.post("/v1/stacks/shop/dev/runs", {"kind": "destroy"}).status == 201

    reply = client.delete_stack(force=True)

    assert reply.status == 409
    assert "1 unfinished run(s)" in reply.message


def test_who_comes_second_hears_of_the_first(estate: InMemoryEstate) -> None:
    """The refusal names the person who holds the stack."""
    first = client_of(estate, "bob", grant("operator"))
    assert first.create_stack().is_ok
    first.open_update()

    refused = pulumi_client(estate).create_update().start()

    assert refused.status == 409
    assert "by bob, running for" in refused.message


def test_a_client_is_given_its_own_address(estate: InMemoryEstate) -> None:
    """A state with the provider `service` works under the stage's URL, wherever it was written."""
    send = sending_to(make_app(estate, log=estate.log), stage="/hoist")
    client = replace(pulumi_client(estate), send=send)
    assert client.create_stack().is_ok
    names = {"owner": "organization", "project": DEV.project, "stack": DEV.stack}
    provider = {"type": "service", "state": {"url": "http://127.0.0.1:8347", **names}}
    assert client.import_state(deployment={"secrets_providers": provider}).is_ok

    exported = client.export().document["deployment"]

    assert exported["secrets_providers"]["state"]["url"] == f"https://{DOMAIN}/hoist"


def test_what_is_not_served_is_not_found(estate: InMemoryEstate) -> None:
    """The CLI goes on without it; who has no token does not even hear that."""
    reply = pulumi_client(estate).call("GET", "/api/orgs/organization/members")

    assert (reply.status, reply.message) == (404, "Not Found")
    stranger = pulumi_client(estate).call("GET", "/api/orgs/x", authorization="token x")
    assert stranger.status == 401


def test_too_many_changes(estate: InMemoryEstate) -> None:
    """They are refused with the time after which they are not."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    for _ in range(MAX_CHANGES_PER_MINUTE - 1):
        client.call("PATCH", f"{STACK}/tags", {})

    answer = called(estate, "PATCH", f"{STACK}/tags")

    assert answer["statusCode"] == 429
    assert int(answer["multiValueHeaders"]["Retry-After"][0]) > 0
    assert called(estate, "GET", STACK)["statusCode"] == 200


def test_the_log_has_one_line(estate: InMemoryEstate) -> None:
    """With the pattern of the route, and who asked, by the token's id."""
    answer = called(estate, "GET", STACK)

    (line,) = estate.log.lines
    assert line["route"] == "/api/stacks/{organization}/{project}/{stack}"
    assert (line["status"], line["code"]) == (404, "stack_not_found")
    assert line["token"] == estate.admin.id
    assert answer["multiValueHeaders"]["X-Request-Id"] == [line["request_id"]]
    assert answer["multiValueHeaders"]["Cache-Control"] == ["no-store"]


def test_a_missing_token_names_the_scheme(estate: InMemoryEstate) -> None:
    """As HTTP wants it of a 401."""
    event = pulumi_event(Request("GET", "/api/user"))

    answer = make_app(estate, log=estate.log)(event, None)

    assert answer["statusCode"] == 401
    assert answer["multiValueHeaders"]["WWW-Authenticate"] == ['Bearer realm="hoist"']


def test_a_state_that_no_gateway_carries(estate: InMemoryEstate) -> None:
    """To who takes nothing packed the export is refused with the way out, and no server error."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    big = resource("big", inputs={"text": "x" * MAX_ANSWER_BYTES})
    estate.put_deployment({"resources": [big]})

    reply = client.export()

    assert reply.status == 413
    assert "from the state bucket" in reply.message


def test_a_large_state_comes_packed(estate: InMemoryEstate) -> None:
    """To a CLI, for which the gateway makes bytes of it."""
    client = pulumi_client(estate)
    assert client.create_stack().is_ok
    big = resource("big", inputs={"text": "x" * MAX_ANSWER_BYTES})
    estate.put_deployment({"resources": [big]})
    accepts = {"accept": "application/vnd.pulumi+9", "accept-encoding": "gzip"}

    answer = called(estate, "GET", f"{STACK}/export", headers=accepts)

    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is True
    assert answer["multiValueHeaders"]["Content-Encoding"] == ["gzip"]
    exported = json.loads(gzip.decompress(base64.b64decode(answer["body"])))
    assert exported["deployment"]["resources"] == [big]


def test_a_store_that_does_not_answer(estate: InMemoryEstate) -> None:
    """503 is what the CLI tries again after."""
    storage = in_memory_storage()
    assert pulumi_client(InMemoryEstate(storage)).create_stack().is_ok

    outage = Outage(call="records.get", moment=Moment.BEFORE)
    reply = pulumi_client(InMemoryEstate(watched(storage, outage))).show_stack()

    assert reply.status == 503


def test_what_breaks_inside_is_told_and_logged(estate: InMemoryEstate) -> None:
    """The client hears nothing of the inside, but where to look."""
    event = {**pulumi_event(Request("GET", "/api/user")), "headers": ["nonsense"]}
    several = {"Authorization": [f"token {estate.admin.text.reveal()}"]}

    answer = make_app(estate, log=estate.log)({**event, "multiValueHeaders": several}, None)

    assert answer["statusCode"] == 500
    told = json.loads(answer["body"])
    assert told["code"] == 500
    assert event["requestContext"]["requestId"] in told["message"]
    assert len(estate.log.crashes) == 1


_SHARED = InMemoryEstate()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD"]),
    path=st.text("/abc{}%.", max_size=12)
    | st.sampled_from(["", "/export", "/import", "/rename", "/tags", "/decrypt", "/update"]).map(
        lambda end: STACK.removeprefix("/api/") + end
    ),
    body=st.text(max_size=20) | st.recursive(st.none(), st.lists, max_leaves=5).map(json.dumps),
    authorization=st.sampled_from(["good", "", "token x", "update-token x", "Basic x"]),
)
def test_any_request_gets_an_answer(method: str, path: str, body: str, authorization: str) -> None:
    """Whatever is sent, nothing breaks, and every refusal has its status in its body."""
    header = f"token {_SHARED.admin.text.reveal()}" if authorization == "good" else authorization
    request = Request(method, f"/api/{path}", {}, {"authorization": header}, body.encode())

    answer = make_app(_SHARED, log=_SHARED.log)(pulumi_event(request), None)

    assert answer["statusCode"] != 500
    assert not _SHARED.log.crashes
    if answer["statusCode"] >= 400:
        assert json.loads(answer["body"])["code"] == answer["statusCode"]


LISTING = """
import sys
import orchestrator.state_door.door
print("\\n".join(sys.modules))
"""


@pytest.mark.parametrize("package", ["pydantic", "cryptography", "boto3", "grpc"])
def test_a_first_call_loads_nothing_heavy(package: str) -> None:
    """A cold start of a Pulumi client waits for none of these."""
    done = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, check=True
    )

    assert package not in done.stdout.split()
