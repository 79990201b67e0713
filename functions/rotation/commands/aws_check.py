"""What Secrets Manager answers by one code for several mistakes, or takes for something else."""

from hoist.errors import UsageError
from hoist.rotation_engine.errors import NoRotationError, RotationInProgressError
from rotation.doctor.record import SecretRecord
from rotation.steps import Stage


def check_at_aws(record: SecretRecord, *, resume: bool) -> None:
    """Raise what the engine raises for the same mistake, and UsageError where nothing rotates."""
    # A secret that another service of AWS manages rotates without a function.
    if not record.function_arn and not record.rotation_enabled:
        raise UsageError(
            f"rotation of {record.name} was never set up",
            way_out="list it in the setting hoist:rotation of Hoist's own stack and deploy that",
        )
    if resume and not _is_open(record):
        # RotateSecret would begin another one.
        raise NoRotationError(
            f"no rotation of {record.name} is under way", way_out="leave --resume out to begin one"
        )
    if not resume and _is_open(record):
        raise RotationInProgressError(
            f"a previous rotation of {record.name} isn't complete",
            way_out="go on with it by --resume, or see `hoist secrets doctor`",
        )


def _is_open(record: SecretRecord) -> bool:
    pending = record.with_stage(Stage.PENDING)
    return pending is not None and Stage.CURRENT not in pending.labels
