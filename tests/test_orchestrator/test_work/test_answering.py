"""The worker behind its door: messages in, the ones to be received again out."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoist.clock import FixedClock
from orchestrator.doorbells.messages import DoorbellMessageError, message_of
from orchestrator.runs.errors import DoorbellUnavailableError
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.state.names import StackName
from orchestrator.work.answering import Answering
from orchestrator.work.messages import messages_in
from storages import NOON, memory_opener
from watched_storage import Moment, Outage, Watch
from work_queue import FifoQueue, Invocation, deliver_all
from work_simulation import Cloud, SimulatedRunner, wanting
from work_sites import FolderOfPrograms, WorkSite

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=8,
)


@pytest.fixture
def still() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def site(still: FixedClock, tmp_path_factory: pytest.TempPathFactory) -> WorkSite:
    programs = FolderOfPrograms(tmp_path_factory.mktemp("programs"))
    return WorkSite(memory_opener(), still, FifoQueue(still), programs)


@pytest.fixture
def queue(site: WorkSite) -> FifoQueue:
    assert isinstance(site.doorbell, FifoQueue)
    return site.doorbell


def worker(site: WorkSite, queue: FifoQueue, watch: Watch | None = None) -> Answering:
    cloud = Cloud()
    return site.answering(
        lambda: SimulatedRunner(site.service(), cloud, site.clock), visibility=queue, watch=watch
    )


def test_a_ring_without_a_run_is_answered(site: WorkSite, queue: FifoQueue) -> None:
    """A ring that came twice, or for a stack that is done, does nothing and is gone."""
    queue.ring("stk-00000000000000000001")

    assert deliver_all(queue, worker(site, queue).answer) == 1

    assert len(queue) == 0
    assert site.facts.events == ["nothing_to_do"]
    assert [seconds for _, seconds in queue.hides] == [65]


def test_the_message_is_held_before_anything_else() -> None:
    """Even a worker that cannot be wired has hidden its message for no more than a minute."""
    clock = FixedClock(NOON)
    queue = FifoQueue(clock)
    queue.ring("stk-00000000000000000001")

    def workshop() -> Any:
        assert [seconds for _, seconds in queue.hides] == [65]
        raise DoorbellUnavailableError("no such queue")

    site = WorkSite(memory_opener(), clock, queue, FolderOfPrograms(Path("nowhere")))
    healthy = worker(site, queue)
    broken = Answering(
        visibility=queue,
        workshop=workshop,
        times=healthy.times,
        clock=clock,
        log=site.facts,
        make_worker_id=lambda: "worker-1",
    )
    delivery = queue.receive()
    assert delivery

    told = broken.answer(delivery.event, Invocation())

    assert told == {"batchItemFailures": [{"itemIdentifier": delivery.id}]}
    assert site.facts.events == ["message_failed"]


def test_a_message_that_cannot_be_held_is_answered_all_the_same(
    site: WorkSite, queue: FifoQueue
) -> None:
    """The claim keeps others away."""
    queue.ring("stk-00000000000000000001")
    delivery = queue.receive()
    assert delivery
    queue.delete(delivery.handle)

    told = worker(site, queue).answer(delivery.event, Invocation())

    assert told == {"batchItemFailures": []}
    assert site.facts.events == ["message_not_held", "nothing_to_do"]


def test_behind_a_message_that_failed_none_is_answered(site: WorkSite, queue: FifoQueue) -> None:
    """All of them are received again, in their order."""
    bodies = [message_of("stk-00000000000000000001"), "no ring", message_of("stk-0" * 5)]
    records = [
        {"messageId": f"m{number}", "receiptHandle": "h", "body": body}
        for number, body in enumerate(bodies)
    ]

    told = worker(site, queue).answer({"Records": records}, Invocation())

    assert told == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("call", ["records.get", "records.put"])
def test_a_claim_whose_answer_was_lost_is_made_again(
    site: WorkSite,
    queue: FifoQueue,
    moment: Moment,
    call: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Under the same name: no lease runs out in vain, no crash is counted."""
    run = submitted(site, tmp_path_factory.mktemp("program"))

    deliver_all(queue, worker(site, queue, Outage(call=call, moment=moment)).answer)

    [part] = site.run(run).slices
    assert part.outcome is SliceOutcome.SUCCEEDED
    assert site.run(run).crashes_in_a_row == 0


def test_a_store_that_is_down_leaves_the_message(
    site: WorkSite, queue: FifoQueue, still: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The message comes again a minute later, and then the run is worked on."""
    run = submitted(site, tmp_path_factory.mktemp("program"))
    down = Outage(call="records.get", moment=Moment.BEFORE, times=1_000)
    assert deliver_all(queue, worker(site, queue, down).answer) == 1
    assert site.run(run).state is RunState.QUEUED
    assert site.facts.events == ["message_failed"]

    still.advance(65)
    deliver_all(queue, worker(site, queue).answer)

    assert site.run(run).state is RunState.SUCCEEDED
    assert len(queue) == 0


@given(JSON)
def test_any_event_is_read_or_refused(event: Any) -> None:
    """Nothing that comes in makes anything else happen."""
    try:
        found = messages_in(event if isinstance(event, dict) else {"Records": event})
    except DoorbellMessageError:
        return
    assert all(isinstance(message.body, str) for message in found)


@given(body=st.text() | JSON.map(json.dumps))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_is_answered(site: WorkSite, queue: FifoQueue, body: str) -> None:
    """A message says which stack, or it is left for the dead letters; nothing else comes of it."""
    records = [{"messageId": "m", "receiptHandle": "h", "body": body}]

    told = worker(site, queue).answer({"Records": records}, Invocation())

    assert told in ({"batchItemFailures": []}, {"batchItemFailures": [{"itemIdentifier": "m"}]})


def submitted(site: WorkSite, directory: Path) -> Run:
    """A run of two things on a fresh stack."""
    stack = site.new_stack(StackName("shop", "dev"))
    return site.submit(stack, digest=site.programs.put(wanting(directory, "a", "b").body))
