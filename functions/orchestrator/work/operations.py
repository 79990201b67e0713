"""A run's request as the operation of its present slice."""

from collections.abc import Collection

from orchestrator.engine.operations import Operation, OperationKind, PendingImport
from orchestrator.runs.records import Claim, Run
from orchestrator.runs.run_environment import environment_of
from orchestrator.runs.states import RunEvent


def operation_of(claim: Claim, *, pending_urns: Collection[str]) -> Operation:
    """The operation; `pending_urns` are the stack's pending creates as they are now.

    Raises OperationInvalidError for options that the run's kind cannot do.
    """
    request = claim.run.request
    options = request.options
    kind = OperationKind(request.kind)
    return Operation(
        kind,
        request.stack,
        message=request.message,
        parallel=options.parallel,
        targets=options.targets,
        expect_no_changes=options.expect_no_changes,
        continue_on_error=options.continue_on_error,
        recreate_pending=kind.may_create_twice and _recreates_pending(claim),
        clear_pending_creates=options.clear_pending_creates,
        import_pending_creates=tuple(
            PendingImport(create.urn, create.resource_id)
            for create in options.import_pending_creates
            # The first slice refuses those that are none; a later one has them settled already.
            if claim.slice_number == 1 or create.urn in pending_urns
        ),
        extra_environment=environment_of(claim.run),
    )


def _recreates_pending(claim: Claim) -> bool:
    """A person's word holds for the creates that they knew of, not for those of later slices."""
    if claim.slice_number == 1:
        return claim.run.request.options.recreate_pending
    return _was_retried(claim.run)


def _was_retried(run: Run) -> bool:
    """Whether the last thing before the present claim was a person's retry."""
    return len(run.transitions) > 1 and run.transitions[-2].event is RunEvent.RETRIED
