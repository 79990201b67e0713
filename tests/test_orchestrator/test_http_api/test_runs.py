"""Runs over HTTP."""

from typing import Any

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from state_sites import DEV

RUNS = "/v1/stacks/shop/dev/runs"


@pytest.fixture
def program(estate: InMemoryEstate) -> str:
    return estate.upload()


def test_a_run_is_queued_and_rung_for(
    client: ApiClient, estate: InMemoryEstate, program: str
) -> None:
    """`up` makes the stack, and its run is shown as it was asked for."""
    asked = {"kind": "up", "program": program, "message": "more", "options": {"parallel": 4}}

    made = client.post(RUNS, asked)

    assert made.status == 201
    run = made.as_model("Run")
    assert (run["project"], run["stack"], run["kind"]) == ("shop", "dev", "up")
    assert (run["state"], run["asked_by"], run["message"]) == ("queued", "ada", "more")
    assert (run["program"], run["options"]["parallel"]) == (program, 4)
    assert run == client.get(f"{RUNS}/{run['id']}").as_model("Run")
    assert run == client.get(f"{RUNS}/latest").document
    assert estate.doorbell.rings == [estate.stacks.require(DEV).id]
    assert estate.programs.exists(program)


def test_a_key_stands_for_one_run(client: ApiClient, program: str) -> None:
    """The same request with its key finds its run; another one with that key is a conflict."""
    asked = {"kind": "up", "program": program}

    first = client.post(RUNS, asked, key="k-1")
    again = client.post(RUNS, asked, key="k-1")
    other = client.post(RUNS, {**asked, "message": "other"}, key="k-1")
    without = client.post(RUNS, asked)

    assert (first.status, again.status, without.status) == (201, 200, 201)
    assert first.document == again.document
    assert (other.status, other.code) == (409, "idempotency_key_reused")
    assert without.document["id"] != first.document["id"]
    assert without.document["position"] == 1


def test_a_header_has_any_case(client: ApiClient, program: str) -> None:
    """Gateways differ in how they write names of headers."""
    asked = {"kind": "up", "program": program}
    first = client.call("POST", RUNS, asked, headers={"idempotency-key": "k"})

    assert client.call("POST", RUNS, asked, headers={"IDEMPOTENCY-KEY": "k"}).document == (
        first.document
    )


def test_a_key_has_a_limit(client: ApiClient, program: str) -> None:
    """One that is too long is refused, and nothing is queued."""
    reply = client.post(RUNS, {"kind": "up", "program": program}, key="k" * 201)

    assert (reply.status, reply.code) == (400, "run_request_invalid")
    assert client.get(RUNS).as_model("RunList")["runs"] == []


@pytest.mark.parametrize("kind", ["refresh", "destroy"])
def test_what_runs_no_program_needs_a_stack(
    client: ApiClient, estate: InMemoryEstate, kind: str
) -> None:
    """It does not make one, and names no program."""
    assert client.post(RUNS, {"kind": kind}).code == "stack_not_found"
    client.post("/v1/stacks", {"project": "shop", "stack": "dev"})

    assert client.post(RUNS, {"kind": kind}).status == 201
    with_program = client.post(RUNS, {"kind": kind, "program": estate.upload()})
    assert (with_program.status, with_program.code) == (400, "run_request_invalid")


@pytest.mark.parametrize("kind", ["preview", "up"])
def test_a_program_must_be_named_and_there(client: ApiClient, kind: str) -> None:
    """Neither makes the stack."""
    unnamed = client.post(RUNS, {"kind": kind})
    missing = client.post(RUNS, {"kind": kind, "program": "a" * 64})

    assert (unnamed.status, unnamed.code) == (400, "run_request_invalid")
    assert (missing.status, missing.code) == (409, "program_not_uploaded")
    assert client.get("/v1/stacks/shop/dev").status == 404


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("preview", {"continue_on_error": True}),
        ("up", {"clear_pending_creates": True}),
        ("up", {"import_pending_creates": [{"urn": "u", "resource_id": "i"}]}),
        ("preview", {"recreate_pending": True}),
    ],
)
def test_an_option_that_the_kind_does_not_know_is_refused(
    client: ApiClient, program: str, kind: str, options: dict[str, Any]
) -> None:
    """At the door, before a worker meets it."""
    reply = client.post(RUNS, {"kind": kind, "program": program, "options": options})

    assert (reply.status, reply.code) == (400, "run_request_invalid")
    assert list(options)[0] in reply.document["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "import"},
        {"kind": "up", "program": "x"},
        {"kind": "up", "program": None, "options": {"parallel": 0}},
        {"kind": "up", "options": {"parallel": "4"}},
        {"kind": "up", "options": {"targets": [""]}},
        {"kind": "up", "options": {"targets": ["u"] * 51}},
        {"kind": "up", "options": {"replace": ["u"]}},
        {"kind": "up", "message": "x" * 2001},
        {"kind": "up", "message": "\ud800"},
        {},
    ],
)
def test_a_body_of_another_form_is_refused(client: ApiClient, wrong: dict[str, Any]) -> None:
    """With the fields that are wrong."""
    reply = client.post(RUNS, wrong)

    assert (reply.status, reply.code) == (400, "request_invalid")
    assert reply.document["errors"]


def test_runs_come_in_pages(client: ApiClient, program: str) -> None:
    """Newest first, each with its place in the queue."""
    ids = [client.post(RUNS, {"kind": "up", "program": program}).document["id"] for _ in range(5)]

    first = client.get(RUNS, limit="2").as_model("RunList")
    second = client.get(RUNS, limit="2", before=first["next_before"]).as_model("RunList")
    third = client.get(RUNS, limit="2", before=second["next_before"]).as_model("RunList")

    shown = [*first["runs"], *second["runs"], *third["runs"]]
    assert [run["id"] for run in shown] == ids[::-1]
    assert [run["position"] for run in shown] == [4, 3, 2, 1, 0]
    assert third["next_before"] == ""


def test_a_run_is_followed_to_its_end(
    client: ApiClient, estate: InMemoryEstate, program: str
) -> None:
    """Its slices and moves are told, and its events are complete when it is over."""
    run_id = client.post(RUNS, {"kind": "up", "program": program}).document["id"]
    claim = estate.runs.claim_next(estate.stacks.require(DEV).id, worker_id="w-1")
    assert claim
    waiting = client.get(f"{RUNS}/{run_id}/events").as_model("EventList")
    estate.runs.end_slice(claim, SliceEnding(SliceOutcome.SUCCEEDED))

    page = client.get(f"{RUNS}/{run_id}/events", after=waiting["next"]).as_model("EventList")

    assert not waiting["is_complete"]
    assert waiting["run"]["state"] == "running"
    assert page["is_complete"]
    assert page["run"]["slices"][0]["outcome"] == "succeeded"
    assert [move["to_state"] for move in page["run"]["transitions"]] == [
        *("queued", "running", "succeeded")
    ]


def test_a_cursor_of_another_form_is_refused(client: ApiClient, program: str) -> None:
    """It is no cursor that a page gave."""
    client.post(RUNS, {"kind": "up", "program": program})

    reply = client.get(f"{RUNS}/latest/events", after="nonsense")

    assert (reply.status, reply.code) == (400, "event_cursor_invalid")


def test_cancelling(client: ApiClient, estate: InMemoryEstate, program: str) -> None:
    """A waiting run is over at once, a running one is asked to stop, a finished one stays."""
    for _ in range(2):
        client.post(RUNS, {"kind": "up", "program": program})
    claim = estate.runs.claim_next(estate.stacks.require(DEV).id, worker_id="w-1")
    assert claim

    waiting = client.post(f"{RUNS}/latest/cancel").as_model("Run")
    running = client.post(f"{RUNS}/{claim.run.id}/cancel").as_model("Run")
    estate.runs.end_slice(claim, SliceEnding(SliceOutcome.SUCCEEDED))
    finished = client.post(f"{RUNS}/{claim.run.id}/cancel")

    assert waiting["state"] == "cancelled"
    assert (running["state"], running["cancel_requested"]) == ("running", True)
    assert (finished.status, finished.code) == (409, "run_finished")


@pytest.mark.parametrize(
    ("resolution", "state"), [("retry", "interrupted"), ("cancel", "cancelled")]
)
def test_attention(
    client: ApiClient, estate: InMemoryEstate, program: str, resolution: str, state: str
) -> None:
    """A run that needs a person goes on or ends as the person says, once."""
    client.post(RUNS, {"kind": "up", "program": program})
    early = client.post(f"{RUNS}/latest/attention", {"resolution": resolution})
    claim = estate.runs.claim_next(estate.stacks.require(DEV).id, worker_id="w-1")
    assert claim
    estate.runs.end_slice(claim, SliceEnding(SliceOutcome.NEEDS_ATTENTION, reason="a create"))
    assert client.get(f"{RUNS}/latest").document["state"] == "needs_attention"

    resolved = client.post(f"{RUNS}/latest/attention", {"resolution": resolution})

    assert resolved.as_model("Run")["state"] == state
    assert (early.status, early.code) == (409, "run_needs_no_attention")


@pytest.mark.parametrize("path", ["", "/events", "/cancel"])
@pytest.mark.parametrize("run_id", ["latest", "run-1"])
def test_a_run_that_is_not_there(client: ApiClient, stack: str, run_id: str, path: str) -> None:
    """It is not found, by whatever name."""
    reply = client.call("POST" if path == "/cancel" else "GET", f"{stack}/runs/{run_id}{path}")

    assert (reply.status, reply.code) == (404, "run_not_found")


def test_a_queue_has_a_limit(client: ApiClient, program: str) -> None:
    """Nobody waits behind a hundred runs."""
    for _ in range(100):
        assert client.post(RUNS, {"kind": "up", "program": program}).status == 201

    reply = client.post(RUNS, {"kind": "up", "program": program})

    assert (reply.status, reply.code) == (409, "run_queue_full")
