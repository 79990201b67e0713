"""Requests of runs as operations."""

from dataclasses import replace

import pytest

from orchestrator.engine.operation_errors import OperationInvalidError
from orchestrator.engine.operations import OperationKind, PendingImport
from orchestrator.runs.options import ImportedCreate, RunOptions
from orchestrator.runs.records import Claim, Run
from orchestrator.runs.slices import SliceEnding, slice_ended
from orchestrator.runs.states import RunKind, SliceOutcome
from orchestrator.runs.wishes import Resolution, resolve_attention
from orchestrator.work.operations import operation_of
from run_builders import AFTER_THE_LEASE, claim_of, queued, running
from storages import NOON

URN = "urn:pulumi:dev::shop::test:index:Thing::a"
OTHER = "urn:pulumi:dev::shop::test:index:Thing::b"


def asking(kind: RunKind = RunKind.UP, **options: object) -> Run:
    run = queued()
    return replace(
        run,
        request=replace(run.request, kind=kind, options=RunOptions(**options)),  # type: ignore[arg-type]
    )


def first(run: Run) -> Claim:
    return claim_of(running(run))


def after(claim: Claim, outcome: SliceOutcome) -> Run:
    return slice_ended(claim.run, claim, SliceEnding(outcome), now=NOON).run


def test_options_and_names_are_passed_on() -> None:
    """The engine is asked for what the run was asked for, and told which run it is."""
    run = asking(parallel=7, targets=(URN,), continue_on_error=True)
    run = replace(run, request=replace(run.request, message="why not"))

    operation = operation_of(first(run), pending_urns=())

    assert operation.kind is OperationKind.UP
    assert operation.stack == run.request.stack
    assert (operation.parallel, operation.targets) == (7, (URN,))
    assert (operation.continue_on_error, operation.message) == (True, "why not")
    assert operation.extra_environment == {
        "PULUMI_CI_SYSTEM": "hoist",
        "PULUMI_CI_BUILD_ID": run.id,
    }


def test_an_option_of_another_kind_is_refused() -> None:
    """As the engine room does it."""
    with pytest.raises(OperationInvalidError):
        operation_of(first(asking(RunKind.PREVIEW, continue_on_error=True)), pending_urns=())


def test_the_wish_to_recreate_holds_for_the_first_slice() -> None:
    """What is pending later, nobody knew of."""
    claim = first(asking(recreate_pending=True))
    next_claim = claim_of(running(after(claim, SliceOutcome.INTERRUPTED), "worker-2"))

    assert operation_of(claim, pending_urns=()).recreate_pending
    assert not operation_of(next_claim, pending_urns=()).recreate_pending


def test_a_retry_recreates_once() -> None:
    """The slice after a person's word does; not the one after that, nor the one of a take-over."""
    asked = after(first(asking()), SliceOutcome.NEEDS_ATTENTION)
    retried = resolve_attention(asked, Resolution.RETRY, who="ada", now=NOON).run
    claim = claim_of(running(retried, "worker-2"))
    next_claim = claim_of(running(after(claim, SliceOutcome.INTERRUPTED), "worker-3"))
    taken_over = claim_of(running(claim.run, "worker-3", now=AFTER_THE_LEASE))

    assert operation_of(claim, pending_urns=()).recreate_pending
    assert not operation_of(next_claim, pending_urns=()).recreate_pending
    assert not operation_of(taken_over, pending_urns=()).recreate_pending


def test_imports_that_are_done_are_left_out_of_later_slices() -> None:
    """The first slice has to refuse one that is none; a later one finds it settled."""
    creates = (ImportedCreate(URN, "id-a"), ImportedCreate(OTHER, "id-b"))
    claim = first(asking(RunKind.REFRESH, import_pending_creates=creates))
    next_claim = claim_of(running(after(claim, SliceOutcome.INTERRUPTED), "worker-2"))

    imports = operation_of(claim, pending_urns=()).import_pending_creates
    later = operation_of(next_claim, pending_urns={OTHER}).import_pending_creates

    assert imports == (PendingImport(URN, "id-a"), PendingImport(OTHER, "id-b"))
    assert later == (PendingImport(OTHER, "id-b"),)
