"""What the trail writes, in which order, and when somebody else is faster."""

import pytest

from audit_site import CHAIN, OTHER_CHAIN, AuditSite, act
from orchestrator.audit.acts import DONE, refused
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.entries import GENESIS
from orchestrator.audit.errors import AuditBusyError
from orchestrator.audit.trail import CHAIN_ENDED
from orchestrator.state.errors import StackExistsError, StoreUnavailableError
from watched_storage import BeforeEach, Meanwhile, Moment, Outage, Watch


def test_an_act_has_a_beginning_and_an_end(site: AuditSite) -> None:
    """`begun` is there before the effect happens, and the result after it."""
    seen = site.trail().record(CHAIN, act(), lambda: site.results())

    assert seen == ["begun"]
    begun, done = site.entries()
    assert [begun.entry.result.kind, done.entry.result.kind] == ["begun", "done"]
    assert done.entry.result.begun_at == 1
    assert begun.entry.act == done.entry.act == act()


def test_entries_are_chained(site: AuditSite) -> None:
    """Each entry has the hash of the one before, and the first has zeros."""
    site.grow(2)

    entries = site.entries()
    assert [each.entry.number for each in entries] == [1, 2, 3, 4]
    assert [each.entry.previous for each in entries] == [GENESIS, *(e.hash for e in entries[:-1])]


def test_chains_are_apart(site: AuditSite) -> None:
    """Each stack has a chain of its own, and what belongs to none has another."""
    site.grow(1)
    site.grow(1, chain=OTHER_CHAIN)

    assert [each.entry.number for each in site.entries(OTHER_CHAIN)] == [1, 2]
    assert {each.entry.chain for each in site.entries(OTHER_CHAIN)} == {OTHER_CHAIN}


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (StackExistsError("there is one"), "refused", "stack_exists"),
        (StoreUnavailableError("no answer"), "failed", "store_unavailable"),
        (ZeroDivisionError("secret words"), "failed", "internal"),
    ],
)
def test_errors_are_told_and_raised(
    site: AuditSite, error: Exception, kind: str, code: str
) -> None:
    """What the effect raises is raised, and stands in the chain by its code alone."""

    def effect() -> None:
        raise error

    with pytest.raises(type(error)):
        site.trail().record(CHAIN, act(), effect)

    _, end = site.entries()
    assert (str(end.entry.result.kind), end.entry.result.code) == (kind, code)
    assert "secret words" not in site.export().decode()


def test_a_refusal_is_one_entry(site: AuditSite) -> None:
    """What was not allowed has never begun."""
    site.trail().note(CHAIN, act(), refused("access_denied"))

    (entry,) = site.entries()
    assert (entry.entry.result.kind, entry.entry.result.begun_at) == ("refused", 0)


def test_nothing_is_done_that_cannot_be_told(site: AuditSite) -> None:
    """Without its first entry an act does not happen."""
    done: list[str] = []
    trail = site.trail(Outage(call="log.append", moment=Moment.BEFORE))

    with pytest.raises(StoreUnavailableError):
        trail.record(CHAIN, act(), lambda: done.append("effect"))

    assert done == []
    assert site.results() == []


def test_an_end_that_cannot_be_told_is_heard_of(site: AuditSite) -> None:
    """The answer of a finished act stands; that its end is missing is told and seen."""
    outage = Outage(call="log.append", moment=Moment.BEFORE, times=0)

    def effect() -> str:
        outage.times = 1
        return "answer"

    assert site.trail(outage).record(CHAIN, act(), effect) == "answer"

    assert [loss.error.code for loss in site.lost] == ["store_unavailable"]
    assert site.verdict().unfinished == (1,)
    assert site.verdict().is_intact


def test_the_end_of_a_chain_is_noted_in_the_installations(site: AuditSite) -> None:
    """By number and hash of the last entry, also for a process that has not appended to it."""
    site.grow(2)
    for trail in (site.trail(), site.trail()):
        trail.note_end_of(CHAIN, act("delete_stack", why="old"))

    ends = [each.entry for each in site.entries(INSTALLATION)]
    assert {each.act.operation for each in ends} == {CHAIN_ENDED}
    assert {each.act.subject for each in ends} == {f"{CHAIN}#4"}
    assert {each.act.digests.chain for each in ends} == {site.entries()[-1].hash}
    assert {(each.act.why, each.act.digests.request) for each in ends} == {("old", "")}


def test_an_end_that_cannot_be_noted_is_heard_of(site: AuditSite) -> None:
    """Whether it could not be read or not be written; whatever ended has ended."""
    site.grow(1)
    for call in ("log.read", "log.append"):
        site.trail(Outage(call=call, moment=Moment.BEFORE)).note_end_of(CHAIN, act())

    assert [(loss.chain, loss.operation) for loss in site.lost] == [
        (CHAIN, CHAIN_ENDED),
        (INSTALLATION, CHAIN_ENDED),
    ]


def test_the_faster_one_is_followed(site: AuditSite) -> None:
    """Who finds its slot taken reads the new head, and chains to that."""
    other = site.trail()
    trail = site.trail(
        Meanwhile(call="log.append", action=lambda: other.note(CHAIN, act("faster"), DONE))
    )

    assert trail.note(CHAIN, act("slower"), DONE) == 2

    assert [each.entry.act.operation for each in site.entries()] == ["faster", "slower"]
    assert site.verdict().is_intact


def test_a_head_that_is_old_is_read_again(site: AuditSite) -> None:
    """Two processes that append in turn lose nothing of each other's."""
    one, two = site.trail(), site.trail()
    for _ in range(3):
        one.note(CHAIN, act("one"), DONE)
        two.note(CHAIN, act("two"), DONE)

    assert len(site.entries()) == 6
    assert site.verdict().is_intact


def test_who_is_far_behind_catches_up(site: AuditSite) -> None:
    """A process that knows an old head, with many entries behind it, chains to the newest one."""
    trail = site.trail()
    trail.note(CHAIN, act(), DONE)
    site.grow(40)

    assert trail.note(CHAIN, act("late"), DONE) == 82
    assert site.verdict().is_intact


def test_a_lost_race_costs_one_read(site: AuditSite) -> None:
    """Who finds its slot taken learns from one read both that it was not its own, and the head."""
    watch = Watch()
    trail = site.trail(watch)
    trail.note(CHAIN, act(), DONE)
    site.grow(1)
    watch.taken()

    trail.note(CHAIN, act(), DONE)

    assert watch.taken() == ["log.append", "log.read", "log.append"]


def test_who_never_gets_a_turn_is_told(site: AuditSite) -> None:
    """A chain that is appended to without a pause is an error, not an endless loop."""
    other = site.trail()
    watch = BeforeEach(call="log.append", action=lambda: other.note(CHAIN, act(), DONE))

    with pytest.raises(AuditBusyError):
        site.trail(watch).note(CHAIN, act("slow"), DONE)

    assert "slow" not in {each.entry.act.operation for each in site.entries()}


def test_an_entry_costs_one_write(site: AuditSite) -> None:
    """A process reads a chain's head once, and then only writes."""
    watch = Watch()
    trail = site.trail(watch)
    trail.note(CHAIN, act(), DONE)
    watch.taken()

    trail.note(CHAIN, act(), DONE)

    assert watch.taken() == ["log.append"]


def test_after_an_outage_the_head_is_read_again(site: AuditSite) -> None:
    """A write whose answer was lost may have happened: the next entry is chained to it."""
    trail = site.trail(Outage(call="log.append", moment=Moment.AFTER))
    with pytest.raises(StoreUnavailableError):
        trail.note(CHAIN, act("perhaps"), DONE)

    trail.note(CHAIN, act("next"), DONE)

    assert [each.entry.act.operation for each in site.entries()] == ["perhaps", "next"]
    assert site.verdict().is_intact


def test_time_does_not_go_back(site: AuditSite) -> None:
    """An entry is never earlier than the one before, whatever the clocks say."""
    site.trail().note(CHAIN, act(), DONE)
    site.clock.advance(-60)
    site.trail().note(CHAIN, act(), DONE)

    first, second = site.entries()
    assert first.entry.at == second.entry.at
