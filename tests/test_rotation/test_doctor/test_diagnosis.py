"""What the doctor concludes from facts."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.rotation_engine.events import EventName
from rotation.doctor.actions import Action, GoOn, MoveLabel, Rotate
from rotation.doctor.case import Examination
from rotation.doctor.diagnosis import Ailment, findings, roll_back
from rotation.doctor.errors import RollBackRefusedError
from rotation.doctor.log import Failure, LogEntry
from rotation.doctor.probes import Answer, Liveness
from rotation.doctor.record import SecretRecord, Version
from rotation.errors import FailureKind
from rotation.steps import Stage
from rotation_site import MORNING

NEW, NOW_USED, OLD = "new", "current", "old"
DAY = timedelta(days=1)
LIVE, REFUSED, UNKNOWN = Liveness.LIVE, Liveness.REFUSED, Liveness.UNKNOWN
STAGES = (Stage.CURRENT, Stage.PENDING, Stage.PREVIOUS)

DROP = MoveLabel(Stage.PENDING, NEW)
PROMOTE = MoveLabel(Stage.CURRENT, NOW_USED, NEW)
TAKE_BACK = MoveLabel(Stage.CURRENT, NOW_USED, OLD)


def case(
    *lives: Liveness, is_open: bool = True, has_value: bool = True, **changed: object
) -> Examination:
    """A rotation that began two hours ago, and what the target says to the values, if asked."""
    begun_at = MORNING - timedelta(hours=2)
    versions = [
        Version(NOW_USED, frozenset({Stage.CURRENT}), MORNING - 10 * DAY),
        Version(OLD, frozenset({Stage.PREVIOUS}), MORNING - 40 * DAY),
    ]
    if is_open:
        created_at = begun_at if has_value else None
        versions.insert(0, Version(NEW, frozenset({Stage.PENDING}), created_at))
    record = SecretRecord(
        arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf",
        name="app/db",
        created_at=MORNING - 40 * DAY,
        changed_at=begun_at,
        versions=tuple(versions),
        rotation_enabled=True,
    )
    answers = {stage: Answer(life) for stage, life in zip(STAGES, lives, strict=False)}
    made = Examination(record=record, at=MORNING, answers=answers)
    return replace(made, **changed)  # type: ignore[arg-type]


def failed(step: str, kind: FailureKind | None, *, ago: timedelta = DAY / 24) -> LogEntry:
    return LogEntry(MORNING - ago, EventName.FAILED, Failure(step, kind, "a_code"))


def concluded(examined: Examination) -> tuple[Ailment, tuple[Action, ...]] | None:
    found = findings(examined)
    return (found[0].ailment, found[0].actions) if found else None


def test_nothing_is_wrong() -> None:
    """A current value that the target takes, and no rotation under way."""
    assert concluded(case(LIVE, is_open=False)) is None


def test_young_rotation_is_left_alone() -> None:
    """A rotation of less than an hour that has not failed is only under way."""
    assert concluded(case(LIVE, REFUSED, at=MORNING - timedelta(minutes=61))) is None


@pytest.mark.parametrize("has_value", [True, False])
def test_old_rotation_goes_on(has_value: bool) -> None:
    """A rotation without an end, with a value or still empty, is tried again as it is."""
    assert concluded(case(LIVE, has_value=has_value)) == (Ailment.STUCK_PENDING, (GoOn(),))


def test_failed_rotation_goes_on_at_once() -> None:
    """A failure that may have passed is no reason for another value, and none to wait."""
    examined = case(
        LIVE,
        REFUSED,
        at=MORNING - timedelta(hours=1, minutes=30),
        failure=failed("setSecret", FailureKind.NETWORK, ago=timedelta(hours=1, minutes=45)),
    )

    assert concluded(examined) == (Ailment.STUCK_PENDING, (GoOn(),))


def test_failure_before_the_rotation_does_not_count() -> None:
    """An older rotation's failure says nothing about a younger value."""
    examined = case(LIVE, REFUSED, failure=failed("setSecret", FailureKind.POLICY, ago=DAY))

    assert concluded(examined) == (Ailment.STUCK_PENDING, (GoOn(),))


def test_only_pending_is_live() -> None:
    """The target has changed and the labels have not: they follow, and nothing is set again."""
    assert concluded(case(REFUSED, LIVE, REFUSED)) == (
        Ailment.ONLY_PENDING_LIVE,
        (PROMOTE, DROP),
    )


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("setSecret", FailureKind.POLICY),
        ("setSecret", FailureKind.SCHEMA),
        ("testSecret", FailureKind.POLICY),
        ("testSecret", FailureKind.AUTHENTICATION),
    ],
)
def test_refused_for_ever(step: str, kind: FailureKind) -> None:
    """A value that the target refuses by its rules, or after it was set, gets a successor."""
    examined = case(LIVE, REFUSED, failure=failed(step, kind))

    assert concluded(examined) == (Ailment.POISON_PENDING, (DROP, Rotate()))


@pytest.mark.parametrize("kind", [FailureKind.POLICY, FailureKind.SCHEMA])
def test_refused_by_its_own_strategy(kind: FailureKind) -> None:
    """A value that its strategy's own test will never accept needs no failure in a log."""
    assert concluded(case(refusal=kind)) == (Ailment.POISON_PENDING, (DROP, Rotate()))


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("setSecret", FailureKind.AUTHENTICATION),
        ("setSecret", FailureKind.NETWORK),
        ("testSecret", FailureKind.THROTTLED),
        ("createSecret", FailureKind.POLICY),
        ("", None),
    ],
)
def test_not_refused_for_ever(step: str, kind: FailureKind | None) -> None:
    """What another try may change does not condemn the value."""
    examined = case(LIVE, REFUSED, failure=failed(step, kind))

    assert concluded(examined) == (Ailment.STUCK_PENDING, (GoOn(),))


def test_current_is_refused() -> None:
    """When only the previous value is taken, the label goes back to it."""
    assert concluded(case(REFUSED, Liveness.NOT_ASKED, LIVE, is_open=False)) == (
        Ailment.CURRENT_REFUSED,
        (TAKE_BACK,),
    )


@pytest.mark.parametrize("is_open", [True, False])
def test_nobody_is_let_in(is_open: bool) -> None:
    """When every value is refused no label helps: a person has to set one."""
    assert concluded(case(REFUSED, REFUSED, REFUSED, is_open=is_open)) == (
        Ailment.NOBODY_LET_IN,
        (),
    )


def test_unknown_is_not_healthy() -> None:
    """A target that does not answer is a finding, and nothing is done about it."""
    assert concluded(case(UNKNOWN, is_open=False)) == (Ailment.TARGET_UNKNOWN, ())


def test_label_left_behind() -> None:
    """AWSPENDING on the current version is taken away."""
    examined = case(LIVE, is_open=False)
    both = Version(NOW_USED, frozenset({Stage.CURRENT, Stage.PENDING}), MORNING)
    examined = replace(examined, record=replace(examined.record, versions=(both,)))

    assert concluded(examined) == (
        Ailment.PENDING_LEFT_BEHIND,
        (MoveLabel(Stage.PENDING, NOW_USED),),
    )


@pytest.mark.parametrize(
    ("days", "is_overdue"), [(11, False), (10, False), (9, True), (8, True), (1, True)]
)
def test_rules_are_kept(days: int, is_overdue: bool) -> None:
    """A secret is overdue when the first window after its last rotation has closed."""
    examined = case(LIVE, is_open=False)
    record = replace(examined.record, rules={"AutomaticallyAfterDays": days})

    overdue = (Ailment.OVERDUE, (Rotate(),))
    assert concluded(replace(examined, record=record)) == (overdue if is_overdue else None)


def test_rules_that_make_no_sense() -> None:
    """Rules that cannot be understood are a finding, not an error."""
    examined = case(LIVE, is_open=False)
    record = replace(examined.record, rules={"ScheduleExpression": "rate(5 minutes)"})

    assert concluded(replace(examined, record=record)) == (Ailment.RULES_INVALID, ())


def test_switched_off() -> None:
    """A rotation that somebody cancelled is told; a secret that never had one is well."""
    examined = case(LIVE, is_open=False)
    never = replace(examined.record, rotation_enabled=False)
    cancelled = replace(never, function_arn="arn:aws:lambda:us-east-1:123456789012:function:f")

    assert concluded(replace(examined, record=never)) is None
    assert concluded(replace(examined, record=cancelled)) == (Ailment.SWITCHED_OFF, ())


def test_roll_back_of_an_open_rotation() -> None:
    """The pending version loses its label; the current one stays."""
    assert roll_back(case(LIVE, REFUSED)) == (DROP,)


def test_roll_back_of_a_closed_rotation() -> None:
    """The label goes to the previous version."""
    assert roll_back(case(LIVE, Liveness.NOT_ASKED, LIVE, is_open=False)) == (TAKE_BACK,)


@pytest.mark.parametrize(
    "examined",
    [
        case(REFUSED, LIVE, REFUSED),
        case(UNKNOWN, LIVE),
        case(LIVE, Liveness.NOT_ASKED, REFUSED, is_open=False),
        case(LIVE, Liveness.NOT_ASKED, UNKNOWN, is_open=False),
    ],
)
def test_roll_back_that_would_lock_out(examined: Examination) -> None:
    """There is no way back to a value that the target does not take."""
    with pytest.raises(RollBackRefusedError):
        roll_back(examined)


_FAILURES = st.none() | st.builds(
    failed,
    st.sampled_from(["", "createSecret", "setSecret", "testSecret", "finishSecret"]),
    st.none() | st.sampled_from(FailureKind),
)


@given(
    lives=st.tuples(*(st.sampled_from(Liveness) for _ in STAGES)),
    is_open=st.booleans(),
    has_value=st.booleans(),
    failure=_FAILURES,
    refusal=st.none() | st.sampled_from(FailureKind),
)
def test_no_action_locks_anybody_out(
    lives: tuple[Liveness, ...],
    is_open: bool,
    has_value: bool,
    failure: LogEntry | None,
    refusal: FailureKind | None,
) -> None:
    """Whatever the facts: a value that is taken alone never loses its label, nor one that is not
    known to be taken gains AWSCURRENT.
    """
    examined = case(*lives, is_open=is_open, has_value=has_value, failure=failure, refusal=refusal)
    moves = [
        action
        for found in findings(examined)
        for action in found.actions
        if isinstance(action, MoveLabel)
    ]
    by_version = dict(zip((NOW_USED, NEW, OLD), lives, strict=True))

    for move in moves:
        if move.to_version:
            assert by_version[move.to_version] is LIVE
        elif PROMOTE not in moves:
            assert by_version[move.from_version] is not LIVE
    for first, second in itertools.pairwise(moves):
        assert (first, second) == (PROMOTE, DROP)
