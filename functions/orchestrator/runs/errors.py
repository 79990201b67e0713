"""Errors of runs.

HoistError
  UsageError
    RunRequestError             a request that cannot become a run
    RunNotFoundError            no such run
    IdempotencyKeyReusedError   the key stands for a run with other content
    QueueFullError              the stack has too many unfinished runs
  RunMoveError                  the run cannot do this from the state that it is in
    RunNotClaimableError        nobody may work on it now
    ClaimLostError              the claim is not the run's present one: its worker must stop
    RunFinishedError            the run is over
    NoAttentionNeededError      the run asks nobody for a decision
  DoorbellUnavailableError      (environment fault) the ring did not go out
"""

from hoist.errors import EnvironmentFaultError, HoistError, UsageError
from orchestrator.runs.states import RunState


class RunRequestError(UsageError):
    """The request cannot become a run."""

    code = "run_request_invalid"


class RunNotFoundError(UsageError):
    """There is no such run."""

    code = "run_not_found"


class IdempotencyKeyReusedError(UsageError):
    """The key stands for a run with other content."""

    code = "idempotency_key_reused"


class QueueFullError(UsageError):
    """The stack has too many unfinished runs."""

    code = "run_queue_full"


class RunMoveError(HoistError):
    """The run cannot do this from the state that it is in."""

    code = "run_move_illegal"

    def __init__(self, message: str, *, run_id: str, state: RunState, way_out: str) -> None:
        super().__init__(f"Run {run_id} is {state}: {message}", way_out=way_out)
        self.run_id = run_id
        self.state = state


class RunNotClaimableError(RunMoveError):
    """Nobody may work on the run now."""

    code = "run_not_claimable"


class ClaimLostError(RunMoveError):
    """The claim is not the run's present one: its worker must stop."""

    code = "run_claim_lost"


class RunFinishedError(RunMoveError):
    """The run is over."""

    code = "run_finished"


class NoAttentionNeededError(RunMoveError):
    """The run asks nobody for a decision."""

    code = "run_needs_no_attention"


class DoorbellUnavailableError(EnvironmentFaultError):
    """The ring did not go out."""

    code = "doorbell_unavailable"
