"""What the audit is told of runs, and when their chain is anchored."""

from audit_site import CHAIN, AuditSite
from in_memory_doorbell import InMemoryDoorbell
from orchestrator.audit.anchoring import AnchoringAtRunEnd
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.run_transitions import TransitionAudit
from orchestrator.audit.trail import AuditTrail
from orchestrator.runs.records import Claim, Progress
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from run_sites import INTERRUPTED, LEASE_SECONDS, SUCCEEDED, request
from watched_storage import Moment, Outage, Watch


def runs(
    site: AuditSite, *, trail: AuditTrail | None = None, anchors: Watch | None = None
) -> RunService:
    """A process that moves runs, and tells the audit."""
    return RunService(
        site.open_storage().records,
        doorbell=InMemoryDoorbell(),
        clock=site.clock,
        on_transition=TransitionAudit(trail or site.trail()),
        on_run_over=AnchoringAtRunEnd(site.anchoring(anchors), on_lost=site.lost.append),
    )


def claimed(service: RunService, worker: str = "worker-1") -> Claim:
    claim = service.claim_next(CHAIN, worker_id=worker)
    assert claim
    return claim


def told(site: AuditSite) -> list[tuple[str, str, str, int]]:
    """Operation, kind, code and beginning of each entry."""
    return [
        (
            each.entry.act.operation,
            str(each.entry.result.kind),
            each.entry.result.code,
            each.entry.result.begun_at,
        )
        for each in site.entries()
    ]


def test_the_life_of_a_run(site: AuditSite) -> None:
    """A person's wish is one entry; each slice begins with its claim, and its end says of which."""
    service = runs(site)
    service.submit(request(message="release 7"))
    service.end_slice(claimed(service, "worker-1"), INTERRUPTED)
    service.end_slice(claimed(service, "worker-2"), SUCCEEDED)

    assert told(site) == [
        ("run.submitted", "done", "queued", 0),
        ("run.claimed", "begun", "", 0),
        ("run.slice_ended", "done", "interrupted", 2),
        ("run.claimed", "begun", "", 0),
        ("run.slice_ended", "done", "succeeded", 4),
    ]
    submitted, first, *_ = (each.entry.act for each in site.entries())
    assert (submitted.who.person, submitted.why) == ("ada", "release 7")
    assert (submitted.digests.program, submitted.digests.config) == ("p" * 64, "c" * 64)
    assert (first.who.person, first.source.invocation) == ("", "worker-1")


def test_a_slice_names_its_update(site: AuditSite) -> None:
    """What the engine changed is in the update of that number, which the stack's history shows."""
    service = runs(site)
    run = service.submit(request()).run
    progress = Progress("upd-1", version=7, resources_finished=2)
    service.end_slice(claimed(service), SliceEnding(SliceOutcome.SUCCEEDED, progress))

    subjects = [each.entry.act.subject for each in site.entries()]
    assert subjects == [run.id, run.id, f"{run.id} update 7"]


def test_a_worker_that_gives_up(site: AuditSite) -> None:
    """A slice that says of itself that it crashed has failed, though the run goes on."""
    service = runs(site)
    service.submit(request())
    service.end_slice(claimed(service), SliceEnding(SliceOutcome.CRASHED, reason="no room"))

    assert told(site)[-1] == ("run.slice_ended", "failed", "crashed", 2)


def test_a_finished_run_is_anchored(site: AuditSite) -> None:
    """Once a run is over its chain's head is signed, the end included; before that it is not."""
    service = runs(site)
    service.submit(request())
    service.end_slice(claimed(service), INTERRUPTED)
    assert site.verdict().anchored_to == 0

    service.end_slice(claimed(service, "worker-2"), SUCCEEDED)

    verdict = site.verdict()
    assert verdict.is_intact
    assert verdict.anchored_to == verdict.entry_count == 5


def test_what_belongs_to_no_stack_is_anchored_with_it(site: AuditSite) -> None:
    """The end of any run anchors the installation's chain as well, which has no runs of its own."""
    site.grow(2, chain=INSTALLATION)
    service = runs(site)
    service.submit(request())
    service.end_slice(claimed(service), SUCCEEDED)

    verdict = site.verdict(INSTALLATION)
    assert verdict.is_intact
    assert verdict.anchored_to == 4


def test_what_a_program_said_is_not_kept(site: AuditSite) -> None:
    """The reason of a failed slice may quote anything: the chain has only that it failed."""
    service = runs(site)
    service.submit(request())
    service.end_slice(
        claimed(service), SliceEnding(SliceOutcome.FAILED, reason="password hunter2 refused")
    )

    assert told(site)[-1] == ("run.slice_ended", "failed", "failed", 2)
    assert "hunter2" not in site.export().decode()


def test_a_cancelled_run(site: AuditSite) -> None:
    """Who cancelled is told, and the run's end is anchored."""
    service = runs(site)
    run = service.submit(request()).run
    service.cancel(CHAIN, run.id, who="grace")

    assert told(site)[-1] == ("run.cancelled", "done", "cancelled", 0)
    assert site.entries()[-1].entry.act.who.person == "grace"
    assert site.verdict().anchored_to == 2


def test_a_worker_that_died(site: AuditSite) -> None:
    """The slice of a dead worker has no end; who takes over begins another one."""
    runs(site).submit(request())
    claimed(runs(site), "worker-1")
    site.clock.advance(LEASE_SECONDS)
    service = runs(site)
    service.end_slice(claimed(service, "worker-2"), SUCCEEDED)

    assert [operation for operation, *_ in told(site)] == [
        "run.submitted",
        "run.claimed",
        "run.taken_over",
        "run.slice_ended",
    ]
    assert site.verdict().unfinished == (2,)
    assert site.verdict().anchored_to == 4


def test_a_run_that_is_given_up(site: AuditSite) -> None:
    """A run whose workers all crashed ends as failed, and is anchored by who gave it up."""
    service = runs(site)
    service.submit(request())
    for number in range(4):
        service.claim_next(CHAIN, worker_id=f"worker-{number}")
        site.clock.advance(LEASE_SECONDS)

    assert told(site)[-1] == ("run.given_up", "failed", "dead", 0)
    assert site.verdict().anchored_to == len(site.entries())


def test_a_run_goes_on_without_the_audit(site: AuditSite) -> None:
    """What cannot be told or anchored is heard of, and keeps no run from its end."""
    outage = Outage(call="log.append", moment=Moment.BEFORE, times=1)
    no_anchors = Outage(call="objects.put", moment=Moment.BEFORE, times=1)
    service = runs(site, trail=site.trail(outage), anchors=no_anchors)
    service.submit(request())
    run = service.end_slice(claimed(service), SUCCEEDED)

    assert run.state.is_final
    assert [loss.error.code for loss in site.lost] == ["store_unavailable", "store_unavailable"]
    assert [operation for operation, *_ in told(site)] == ["run.claimed", "run.slice_ended"]
    assert site.verdict().anchored_to == 0


def test_the_next_run_makes_a_missed_anchor_good(site: AuditSite) -> None:
    """An anchor that was missed is covered by that of the next run."""
    service = runs(site, anchors=Outage(call="objects.put", moment=Moment.BEFORE, times=1))
    for _ in range(2):
        service.submit(request())
        service.end_slice(claimed(service, f"worker-{len(site.entries())}"), SUCCEEDED)

    verdict = site.verdict()
    assert verdict.is_intact
    assert verdict.anchored_to == verdict.entry_count == 6


def test_an_end_that_is_told_twice(site: AuditSite) -> None:
    """Who lost the answer ends the slice again: that is no second entry, and no second head."""
    service = runs(site)
    service.submit(request())
    claim = claimed(service)
    service.end_slice(claim, SUCCEEDED)
    service.end_slice(claim, SUCCEEDED)

    assert len(told(site)) == 3
    assert len(site.reading().heads().heads) == 1
