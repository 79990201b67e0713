"""The fold does what the engine's own replayer does, wherever that one is right."""

import re
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal_histories import FOLDED_AT, SimulatedUpdate, histories, history
from journals import STACK, Entry, begin, deployment, entry, parsed, resource, success, urn
from oracle import Oracle
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.fold import fold
from orchestrator.state.integrity import integrity_findings
from orchestrator.state.journal import JournalEntryKind
from replay_comparison import compare_prefixes

pytestmark = pytest.mark.engine

SEARCH = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NAMES = ("a", "b", "c", "d")
URNS = st.sampled_from([urn(name) for name in NAMES])
PROVIDER = resource("p", type="pulumi:providers:test", id="1")
STATES = st.builds(
    resource,
    st.sampled_from(NAMES),
    parent=URNS | st.just(""),
    dependencies=st.lists(URNS, max_size=2),
    propertyDependencies=st.dictionaries(st.sampled_from("xy"), st.lists(URNS, max_size=2)),
    deletedWith=URNS | st.just(""),
    provider=st.sampled_from(["", f"{PROVIDER['urn']}::1", f"{PROVIDER['urn']}::2"]),
    viewOf=URNS | st.just(""),
    aliases=st.lists(st.sampled_from([urn("old"), urn("a")]), max_size=1),
    delete=st.booleans(),
    pendingReplacement=st.booleans(),
    taint=st.booleans(),
)
DEPLOYMENTS = st.builds(
    lambda states, operations: deployment(PROVIDER, *states, pending_operations=operations),
    st.lists(STATES, max_size=4),
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["creating", "deleting"]), "resource": STATES}
        ),
        max_size=2,
    ),
)
OLD = st.none() | st.integers(0, 3)
NEW = st.none() | st.integers(1, 3)
ENTRIES = st.builds(
    lambda kind, operation_id, state, snapshot, **marks: entry(
        kind,
        1,
        operation_id,
        **marks,
        state=state,
        operation=state and {"type": "creating", "resource": state},
        newSnapshot=snapshot,
        secretsProvider={"type": "passphrase"},
        extensionRef="ref",
        extension={"name": "x", "version": "1", "value": ""},
    ),
    st.sampled_from(JournalEntryKind),
    st.integers(1, 4),
    st.none() | STATES,
    DEPLOYMENTS,
    removeOld=OLD,
    removeNew=NEW,
    deleteOld=OLD,
    deleteNew=NEW,
    pendingReplacementOld=OLD,
    pendingReplacementNew=NEW,
    isRefresh=st.booleans(),
)


def numbered(entries: list[Entry]) -> list[Entry]:
    return [{**one, "sequenceID": number} for number, one in enumerate(entries, 1)]


def folded(base: dict[str, Any], *entries: Entry) -> VersionedDeployment:
    return fold(base, parsed(*entries), folded_at=FOLDED_AT, engine_version="3.250.0")


@SEARCH
@given(updates=histories(most_updates=3))
def test_every_prefix_of_a_journal_folds_alike(
    oracle: Oracle, updates: list[SimulatedUpdate]
) -> None:
    """Wherever an update is cut off, both make the same deployment, and judge it alike."""
    for update in updates:
        comparison = compare_prefixes(oracle, update.base, update.entries)

        assert comparison.differences == ()


@pytest.mark.parametrize("seed", range(10_000, 10_040))
def test_every_prefix_of_a_seeded_history_folds_alike(oracle: Oracle, seed: int) -> None:
    """The same with long histories that are the same each time; Hypothesis prefers short ones."""
    for update in history(Random(seed), updates=4):
        comparison = compare_prefixes(oracle, update.base, update.entries)

        assert comparison.differences == ()


@SEARCH
@given(base=DEPLOYMENTS, entries=st.lists(ENTRIES, max_size=6).map(numbered))
def test_journals_that_no_engine_writes_fold_alike_or_are_refused(
    oracle: Oracle, base: dict[str, Any], entries: list[Entry]
) -> None:
    """Any sequence of well-formed entries gives the engine's deployment, or is refused."""
    comparison = compare_prefixes(oracle, base, entries)

    refusal = re.compile("only Hoist refuses it: journal entry [0-9]+ (refers to|takes away)")
    assert [one for one in comparison.differences if not refusal.search(one)] == []


@SEARCH
@given(state=DEPLOYMENTS)
def test_integrity_is_judged_alike(oracle: Oracle, state: dict[str, Any]) -> None:
    """A deployment passes here if and only if the engine would write it and read it again."""
    assert (not [*integrity_findings(state)]) == oracle.judge(state).is_intact


ROOT = {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack"}
SNIPPET = {"uuid": "1", "name": "s", "type": "t", "code": "", "descriptor": {"name": "test"}}

# What other servers get wrong. Each is one journal by hand, compared at every prefix.
CASES: dict[str, tuple[dict[str, Any], list[Entry]]] = {
    "replacement, the new one first": (
        deployment(resource("a"), resource("b", dependencies=[urn("a")])),
        [
            begin(1, 1, "creating", name="a", id="id-2"),
            success(2, 1, deleteOld=0, state=resource("a", id="id-2")),
            begin(3, 2, "updating", name="b"),
            success(4, 2, removeOld=1, state=resource("b", dependencies=[urn("a")])),
            begin(5, 3, "deleting", name="a", delete=True),
            success(6, 3, removeOld=0),
        ],
    ),
    "replacement, the old one deleted first": (
        deployment(resource("a"), resource("b", dependencies=[urn("a")])),
        [
            begin(1, 1, "deleting", name="a"),
            success(2, 1, pendingReplacementOld=0),
            begin(3, 2, "creating", name="a"),
            success(4, 2, removeOld=0, state=resource("a", id="id-2")),
        ],
    ),
    "an old resource depends on a new one": (
        deployment(resource("a"), resource("b")),
        [
            success(1, 1, removeOld=0, state=resource("a")),
            success(2, 2, state=resource("n")),
            success(3, 3, removeOld=1, state=resource("b", dependencies=[urn("n")])),
        ],
    ),
    "a refresh finds a parent gone": (
        deployment(
            ROOT,
            resource("a", parent=STACK),
            resource("b", parent=urn("a"), deletedWith=urn("a"), dependencies=[urn("a")]),
        ),
        [
            begin(1, 1),
            entry(JournalEntryKind.REFRESH_SUCCESS, 2, 1, removeOld=1, isRefresh=True),
            entry(JournalEntryKind.REBUILT_BASE_STATE, 3),
            success(4, 2, removeOld=0, state=ROOT),
            success(5, 3, removeOld=1, state=resource("b", parent=STACK)),
        ],
    ),
    "a refresh as a step finds a resource gone": (
        deployment(resource("a"), resource("b", dependencies=[urn("a")])),
        [
            begin(1, 1),
            success(2, 1, removeOld=0, isRefresh=True),
            begin(3, 2, "creating", name="a"),
            success(4, 2, state=resource("a", id="id-2")),
        ],
    ),
    "a create is cut off, then another update follows": (
        deployment(pending_operations=[{"type": "creating", "resource": resource("a")}]),
        [begin(1, 1, "creating", name="b"), begin(2, 2, "deleting", name="c")],
    ),
    "a component is renamed while its children wait": (
        deployment(
            resource("p", type="shop:index:Old", custom=False, id=""),
            resource(
                "c",
                urn=urn("c", "shop:index:Old$test:index:Thing"),
                parent=urn("p", "shop:index:Old"),
            ),
        ),
        [
            success(
                1,
                1,
                removeOld=0,
                state=resource(
                    "p",
                    type="shop:index:New",
                    custom=False,
                    id="",
                    aliases=[urn("p", "shop:index:Old")],
                ),
            )
        ],
    ),
    "extensions and snippets": (
        deployment(
            extensions={"r": {"name": "e", "version": "1", "value": ""}},
            snippets=[SNIPPET, {**SNIPPET, "uuid": "2"}],
        ),
        [
            entry(JournalEntryKind.SNIPPETS, 1, snippets=[SNIPPET]),
            entry(JournalEntryKind.SNIPPETS, 2),
            *(
                entry(
                    JournalEntryKind.EXTENSION_PARAMETERIZE,
                    number,
                    number,
                    extensionRef=reference,
                    extension={"name": "f", "version": "2", "value": "SGVsbG8="},
                )
                for number, reference in ((3, "r"), (4, "s"))
            ),
            success(5, 5, state=resource("a", extensionRef="s")),
        ],
    ),
    "features of version 4": (
        deployment(resource("a", taint=True)),
        [
            success(1, 1, removeOld=0, state=resource("a")),
            success(2, 2, state=resource("b", viewOf=urn("a"), replaceWith=[urn("a")])),
            begin(3, 3, "creating", name="c", resourceHooks={"beforeCreate": ["h"]}),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_known_traps_fold_alike(oracle: Oracle, case: str) -> None:
    """Each trap is folded as the engine does it, and every prefix of it stays readable."""
    base, entries = CASES[case]

    comparison = compare_prefixes(oracle, base, entries)

    assert comparison.differences == ()
    assert comparison.intact == comparison.prefixes == len(entries) + 1


# Where the engine's replayer is wrong, and Hoist does not follow it. If one of these fails after a
# change of the engine's version, the engine has been mended: the exception here can go.


def test_the_engine_leaves_replace_with_dangling_after_a_refresh(oracle: Oracle) -> None:
    """The engine's fold refuses to be read again; Hoist takes the reference away."""
    base = deployment(resource("a"), resource("b", replaceWith=[urn("a")]))
    gone = entry(JournalEntryKind.REFRESH_SUCCESS, 1, 1, removeOld=0, isRefresh=True)

    theirs = oracle.replay_prefixes(base, [gone])[-1]
    ours = folded(base, gone).deployment

    assert "which is missing" in theirs.read_error
    assert ours
    assert ours["resources"] == [resource("b")]
    assert oracle.judge(ours).is_intact


def test_the_engine_leaves_replace_with_under_the_old_name(oracle: Oracle) -> None:
    """The engine's fold refuses to be read again; Hoist rewrites the reference."""
    base = deployment(resource("a"), resource("b", replaceWith=[urn("a")]))
    renamed = success(1, 1, removeOld=0, state=resource("new", aliases=[urn("a")]))

    theirs = oracle.replay_prefixes(base, [renamed])[-1]
    ours = folded(base, renamed).deployment

    assert "which is missing" in theirs.read_error
    assert ours
    assert ours["resources"] == [resource("new"), resource("b", replaceWith=[urn("new")])]
    assert oracle.judge(ours).is_intact


def test_the_engine_takes_an_unknown_operation_for_the_first_resource(oracle: Oracle) -> None:
    """The engine silently loses a resource to a damaged journal; Hoist refuses it."""
    journal = [success(1, 1, state=resource("a")), success(2, 2, removeNew=9)]

    theirs = oracle.replay_prefixes(deployment(), journal)[-1]

    assert theirs.is_intact
    assert "resources" not in theirs.deployment
    with pytest.raises(JournalEntryError, match="operation 9"):
        folded(deployment(), *journal)


def test_the_engine_passes_over_an_index_outside_the_base(oracle: Oracle) -> None:
    """The engine keeps what it was told to remove; Hoist refuses the journal."""
    journal = [success(1, 1, removeOld=1)]

    theirs = oracle.replay_prefixes(deployment(resource("a")), journal)[-1]

    assert theirs.is_intact
    with pytest.raises(JournalEntryError, match="resource 1 of the base"):
        folded(deployment(resource("a")), *journal)
