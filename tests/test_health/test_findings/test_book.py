"""Findings over time."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, is_idle
from health.findings.book import (
    FORGOTTEN_AFTER,
    MAX_KEPT,
    RESOLVED_ARE_KEPT_FOR,
    SAME_TROUBLE_WITHIN,
    Book,
    revise,
)
from health.findings.finding import DataQuality, Severity, Subject, SubjectKind
from health.findings.look import Look, ResolvedBecause
from health_findings import (
    NOON,
    WORKER,
    a_finding,
    a_look,
    an_assessment,
    few_assessments,
    few_looks,
)

MINUTE = timedelta(minutes=1)
INSTALLATION = Subject(SubjectKind.INSTALLATION, "hoist-dev")


def test_first_sight_opens_a_finding() -> None:
    """A finding that was not there before is opened, and seen first now."""
    revision = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)

    (finding,) = revision.findings
    assert revision.opened == (finding,)
    assert finding.first_seen == NOON


def test_second_sight_opens_nothing() -> None:
    """A finding that is seen again keeps its age and is opened only once, with new numbers."""
    first = revise(Book(), [a_look(an_assessment(a_finding(value=0.2)))], now=NOON)

    second = revise(first.book, [a_look(an_assessment(a_finding(value=0.9)))], now=NOON + MINUTE)

    (finding,) = second.findings
    assert second.opened == ()
    assert finding.first_seen == NOON
    assert finding.evidence.value == 0.9


def test_idle_thing_resolves_nothing() -> None:
    """What failed when it was last used is not mended because nobody used it since."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)
    found = an_assessment()

    second = revise(first.book, [a_look(is_idle(found.rule, found.subject))], now=NOON + MINUTE)

    (finding,) = second.findings
    assert second.resolved == ()
    assert finding.quality is DataQuality.STALE


def test_finding_resolves_when_its_rule_finds_nothing() -> None:
    """A rule that can tell and finds nothing resolves what it found before, once."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)

    second = revise(first.book, [a_look(an_assessment())], now=NOON + MINUTE)
    third = revise(second.book, [a_look(an_assessment())], now=NOON + 2 * MINUTE)

    (resolution,) = second.resolved
    assert (resolution.finding.id, resolution.because) == (
        "lambda.throttles",
        ResolvedBecause.NOT_FOUND,
    )
    assert second.findings == ()
    assert third.resolved == ()
    assert third.book.resolutions == second.resolved


def test_unknown_resolves_nothing() -> None:
    """A rule that cannot tell leaves its findings open, as not confirmed."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)

    second = revise(
        first.book, [a_look(an_assessment(unknown_because="no data"))], now=NOON + MINUTE
    )

    (finding,) = second.findings
    assert finding.quality is DataQuality.STALE
    assert second.resolved == ()


def test_other_rules_and_things_resolve_nothing() -> None:
    """While its check did not come to its end, only the rule that found it, looking at the same
    thing, can resolve a finding; and no other check ever can.
    """
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)
    other = Subject(SubjectKind.FUNCTION, "another")

    second = revise(
        first.book,
        [
            a_look(
                an_assessment(rule="lambda.errors"), an_assessment(subject=other), is_whole=False
            ),
            a_look(an_assessment(), check="another"),
        ],
        now=NOON + MINUTE,
    )

    assert [finding.fingerprint for finding in second.findings] == [a_finding().fingerprint]


def test_what_nobody_can_judge_any_more_is_forgotten() -> None:
    """A finding whose check never looks again is closed after a week, as forgotten."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)

    week = revise(first.book, [], now=NOON + FORGOTTEN_AFTER)
    later = revise(week.book, [], now=NOON + FORGOTTEN_AFTER + MINUTE)

    assert len(week.findings) == 1
    assert [each.because for each in later.resolved] == [ResolvedBecause.FORGOTTEN]


def test_what_comes_back_soon_keeps_its_age() -> None:
    """A finding that comes and goes within an hour is one trouble; after that it is a new one."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)
    gone = revise(first.book, [a_look(an_assessment())], now=NOON + MINUTE)

    soon = revise(gone.book, [a_look(an_assessment(a_finding()))], now=NOON + SAME_TROUBLE_WITHIN)
    late = revise(
        gone.book,
        [a_look(an_assessment(a_finding()))],
        now=NOON + SAME_TROUBLE_WITHIN + 2 * MINUTE,
    )

    assert soon.findings[0].first_seen == NOON
    assert late.findings[0].first_seen == NOON + SAME_TROUBLE_WITHIN + 2 * MINUTE
    assert soon.book.resolutions == ()


def test_resolutions_are_told_for_a_day() -> None:
    """What was resolved is told for a day and no longer."""
    first = revise(Book(), [a_look(an_assessment(a_finding()))], now=NOON)
    gone = revise(first.book, [a_look(an_assessment())], now=NOON)

    assert revise(gone.book, [], now=NOON + RESOLVED_ARE_KEPT_FOR).book.resolutions
    assert not revise(gone.book, [], now=NOON + RESOLVED_ARE_KEPT_FOR + MINUTE).book.resolutions


def test_of_two_with_one_fingerprint_the_worse_is_told() -> None:
    """The same trouble told twice is one finding, as bad as the worse of them."""
    mild = an_assessment(a_finding(severity=Severity.WARN), rule="one")
    grave = an_assessment(a_finding(severity=Severity.FAIL), rule="two")

    revision = revise(Book(), [a_look(grave, mild)], now=NOON)

    assert [finding.severity for finding in revision.findings] == [Severity.FAIL]


def test_book_does_not_grow_without_end() -> None:
    """All findings are told, and the worst of them are remembered."""
    many = [
        an_assessment(a_finding(f"rule.{number}", severity=severity), rule=f"rule.{number}")
        for number in range(MAX_KEPT)
        for severity in (Severity.FAIL if number < 10 else Severity.WARN,)
    ]
    extra = an_assessment(a_finding("worse", severity=Severity.FAIL), rule="worse")

    revision = revise(Book(), [a_look(*many, extra)], now=NOON)

    assert len(revision.findings) == MAX_KEPT + 1
    assert len(revision.book.sightings) == MAX_KEPT
    assert "worse" in {sighting.finding.id for sighting in revision.book.sightings}


@given(st.lists(few_looks(), max_size=6))
def test_order_within_a_look_makes_no_difference(looks: list[Look]) -> None:
    """Whatever is seen over time, each look's assessments may come in any order, and the looks of
    two checks, too.
    """
    straight = shuffled = Book()
    other_check = a_look(an_assessment(a_finding("other")), check="other")
    for number, look in enumerate(looks):
        now = NOON + number * MINUTE
        again = replace(look, assessments=tuple(sorted(look.assessments, key=repr)))
        one = revise(straight, [look, other_check], now=now)
        other = revise(shuffled, [other_check, again], now=now)
        assert one == other
        straight, shuffled = one.book, other.book


@given(st.lists(few_looks(), max_size=8))
def test_story_of_each_finding_is_told_once(looks: list[Look]) -> None:
    """Opened and resolved alternate for every fingerprint, and what is open is told as open."""
    book, open_now = Book(), set[str]()
    for number, look in enumerate(looks):
        revision = revise(book, [look], now=NOON + number * MINUTE)
        opened = {finding.fingerprint for finding in revision.opened}
        resolved = {each.finding.fingerprint for each in revision.resolved}
        assert not opened & open_now
        assert resolved <= open_now
        open_now = (open_now | opened) - resolved
        assert {finding.fingerprint for finding in revision.findings} == open_now
        found = {f.fingerprint for assessment in look.assessments for f in assessment.findings}
        assert found <= open_now
        book = revision.book


@given(few_looks())
def test_same_look_again_changes_nothing(look: Look) -> None:
    """A look that is written down twice is written down once."""
    once = revise(Book(), [look], now=NOON)

    twice = revise(once.book, [look], now=NOON)

    assert twice.book == once.book
    assert (twice.opened, twice.resolved) == ((), ())


@given(few_looks(), few_assessments())
def test_less_known_resolves_no_more(first: Look, second: list[Assessment]) -> None:
    """When a second look cannot tell anything and does not come to its end, everything of the first
    stays open.
    """
    seen = revise(Book(), [first], now=NOON)
    blind = [replace(each, findings=(), unknown_because="no data") for each in second]

    revision = revise(seen.book, [a_look(*blind, is_whole=False)], now=NOON + MINUTE)

    assert {f.fingerprint for f in revision.findings} == {f.fingerprint for f in seen.findings}


@given(few_looks(), few_looks(), st.data())
def test_one_unknown_more_resolves_no_more(first: Look, second: Look, data: st.DataObject) -> None:
    """Whatever turns out to be unknown, of whatever thing, nothing resolves that would not have."""
    seen = revise(Book(), [first], now=NOON).book
    unknown = an_assessment(
        rule=data.draw(st.sampled_from(["metrics", "metrics.inventory", "lambda.errors"])),
        subject=data.draw(st.sampled_from([WORKER, INSTALLATION])),
        unknown_because="no data",
    )
    less_known = replace(second, assessments=(*second.assessments, unknown))

    before = revise(seen, [second], now=NOON + MINUTE)
    after = revise(seen, [less_known], now=NOON + MINUTE)

    assert set(after.resolved) <= set(before.resolved)


@given(few_looks())
def test_all_is_resolved_when_nothing_is_left(first: Look) -> None:
    """A look that came to its end and tells of nothing leaves nothing open."""
    seen = revise(Book(), [first], now=NOON)

    revision = revise(seen.book, [a_look()], now=NOON + MINUTE)

    assert revision.findings == ()
    assert {each.because for each in revision.resolved} <= {ResolvedBecause.GONE}
