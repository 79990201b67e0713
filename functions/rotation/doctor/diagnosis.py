"""What is wrong with a rotation, and what mends it. Pure: facts in, findings out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hoist.rotation_engine.errors import ScheduleInvalidError
from rotation.doctor.actions import Action, GoOn, MoveLabel, Rotate
from rotation.doctor.case import Examination
from rotation.doctor.errors import RollBackRefusedError
from rotation.doctor.probes import Liveness
from rotation.errors import FailureKind
from rotation.messages import Step
from rotation.steps import Stage

# A rotation takes minutes; Secrets Manager tries a failed one again within the hour.
STUCK_AFTER = timedelta(hours=1)

# What another try with the same value cannot change.
_OF_THE_VALUE = frozenset({FailureKind.POLICY, FailureKind.SCHEMA})


class Ailment(StrEnum):
    """What can be wrong; scripts rely on the words."""

    NOBODY_LET_IN = "nobody_let_in"
    CURRENT_REFUSED = "current_refused"
    ONLY_PENDING_LIVE = "only_pending_live"
    POISON_PENDING = "poison_pending"
    STUCK_PENDING = "stuck_pending"
    TARGET_UNKNOWN = "target_unknown"
    PENDING_LEFT_BEHIND = "pending_left_behind"
    OVERDUE = "overdue"
    RULES_INVALID = "rules_invalid"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. Without actions a person has to do what the sentence says."""

    ailment: Ailment
    sentence: str
    actions: tuple[Action, ...] = ()


def findings(case: Examination) -> Sequence[Finding]:
    """What is wrong, the worst first; only the first one with actions is to be treated."""
    checks: Sequence[Callable[[Examination], Finding | None]] = (
        _standing,
        _unknown,
        _left_behind,
        _rules,
        _switched_off,
    )
    return [found for check in checks if (found := check(case))]


def roll_back(case: Examination) -> Sequence[Action]:
    """What leads back to the value before; raises RollBackRefusedError."""
    if case.open_version:
        if case.life(Stage.PENDING) is Liveness.LIVE and case.life(Stage.CURRENT) is not (
            Liveness.LIVE
        ):
            raise RollBackRefusedError(
                f"the target of {case.record.name} takes the pending value alone",
                way_out="roll forward: the same command without --back",
            )
        return (_without_pending(case),)
    previous, current = case.version(Stage.PREVIOUS), case.version(Stage.CURRENT)
    if not previous or case.life(Stage.PREVIOUS) in {Liveness.REFUSED, Liveness.UNKNOWN}:
        raise RollBackRefusedError(
            f"the previous value of {case.record.name} does not let anybody in, or is gone",
            way_out="rotate the secret: `hoist secrets rotate`",
        )
    return (MoveLabel(Stage.CURRENT, current, previous),)


def _standing(case: Examination) -> Finding | None:
    return _open_rotation(case) if case.open_version else _closed_rotation(case)


def _closed_rotation(case: Examination) -> Finding | None:
    if case.life(Stage.CURRENT) is not Liveness.REFUSED:
        return None
    if case.life(Stage.PREVIOUS) is Liveness.LIVE:
        back = MoveLabel(Stage.CURRENT, case.version(Stage.CURRENT), case.version(Stage.PREVIOUS))
        return Finding(
            Ailment.CURRENT_REFUSED,
            "the target refuses the current value and takes the previous one",
            (back,),
        )
    return _nobody()


def _open_rotation(case: Examination) -> Finding | None:
    pending, current = case.life(Stage.PENDING), case.life(Stage.CURRENT)
    if current is Liveness.REFUSED and pending is Liveness.LIVE:
        # At once: consumers that know no other label are locked out.
        promotion = MoveLabel(Stage.CURRENT, case.version(Stage.CURRENT), case.open_version)
        return Finding(
            Ailment.ONLY_PENDING_LIVE,
            "the target takes the pending value alone",
            (promotion, _without_pending(case)),
        )
    if current is Liveness.REFUSED and case.life(Stage.PREVIOUS) is not Liveness.LIVE:
        return _nobody()
    if _is_poison(case):
        return Finding(
            Ailment.POISON_PENDING,
            "the pending value will never be taken, and no try makes another one",
            (_without_pending(case), Rotate()),
        )
    if _is_stuck(case):
        return Finding(Ailment.STUCK_PENDING, _stuck(case), (GoOn(),))
    return None


def _is_poison(case: Examination) -> bool:
    """Whether the value itself is at fault. One that the target takes already never is."""
    if not case.has_pending_value or case.life(Stage.PENDING) is Liveness.LIVE:
        return False
    if case.refusal in _OF_THE_VALUE:
        return True
    failure = case.failure.failure if case.failure and _is_of_this_rotation(case) else None
    if failure is None or case.life(Stage.PENDING) is not Liveness.REFUSED:
        return False
    if failure.step == Step.TEST:
        # It has been set, and the target still refuses it.
        return failure.kind in _OF_THE_VALUE | {FailureKind.AUTHENTICATION}
    return failure.step == Step.SET and failure.kind in _OF_THE_VALUE


def _is_stuck(case: Examination) -> bool:
    return _is_of_this_rotation(case) or case.at - _begun_at(case) >= STUCK_AFTER


def _is_of_this_rotation(case: Examination) -> bool:
    """Whether the open failure is younger than what the rotation has stored."""
    pending = case.record.with_stage(Stage.PENDING)
    if case.failure is None or pending is None:
        return False
    # Events are told in whole seconds.
    return pending.created_at is None or case.failure.at >= pending.created_at.replace(
        microsecond=0
    )


def _begun_at(case: Examination) -> datetime:
    pending = case.record.with_stage(Stage.PENDING)
    return (pending.created_at if pending else None) or case.record.changed_at


def _stuck(case: Examination) -> str:
    failure = case.failure.failure if case.failure else None
    if failure is None or not failure.step:
        return "a rotation was begun and has not come to its end"
    return f"a rotation has failed in {failure.step}" + (
        f" ({failure.kind}/{failure.code})" if failure.kind else ""
    )


def _nobody() -> Finding:
    return Finding(
        Ailment.NOBODY_LET_IN,
        "the target refuses every value: set the current one there by hand, as an administrator",
    )


def _unknown(case: Examination) -> Finding | None:
    # What is not known is not called healthy.
    answer = case.answers.get(Stage.CURRENT)
    if answer is None or answer.life is not Liveness.UNKNOWN:
        return None
    return Finding(
        Ailment.TARGET_UNKNOWN,
        f"whether the target takes the current value is not known: {answer.why}",
    )


def _left_behind(case: Examination) -> Finding | None:
    pending = case.version(Stage.PENDING)
    if not pending or case.open_version:
        return None
    return Finding(
        Ailment.PENDING_LEFT_BEHIND,
        "the rotation has ended and its label AWSPENDING is still there",
        (_without_pending(case),),
    )


def _rules(case: Examination) -> Finding | None:
    try:
        since = case.record.overdue_since(case.at)
    except ScheduleInvalidError as error:
        return Finding(Ailment.RULES_INVALID, f"its rotation rules are not valid: {error.message}")
    if since is None:
        return None
    # What is open has to come to its end first.
    actions = () if case.open_version else (Rotate(),)
    return Finding(
        Ailment.OVERDUE, f"it should have rotated by {since:%Y-%m-%d %H:%M} UTC", actions
    )


def _switched_off(case: Examination) -> Finding | None:
    # Some stores say the same of secrets that never had a rotation.
    if case.record.rotation_enabled is not False or not case.record.function_arn:
        return None
    return Finding(Ailment.SWITCHED_OFF, "its rotation is switched off")


def _without_pending(case: Examination) -> MoveLabel:
    return MoveLabel(Stage.PENDING, case.version(Stage.PENDING))
