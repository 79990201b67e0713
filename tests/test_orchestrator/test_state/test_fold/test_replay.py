"""What each journal entry does to the deployment."""

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_histories import SimulatedUpdate, histories
from journals import Entry, begin, deployment, entry, parsed, resource, success, urn
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import CorruptStateError, JournalEntryError
from orchestrator.state.fold import fold
from orchestrator.state.journal import JournalEntryKind

A, B, C = resource("a"), resource("b"), resource("c")
FOLDED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def folded(base: dict[str, Any] | None, *entries: Entry) -> dict[str, Any]:
    deployed = fold_versioned(base, *entries).deployment
    assert deployed is not None
    return dict(deployed)


def fold_versioned(base: dict[str, Any] | None, *entries: Entry) -> VersionedDeployment:
    return fold(base, parsed(*entries), folded_at=FOLDED_AT, engine_version="3.250.0")


def test_a_new_stack_starts_from_nothing() -> None:
    """Without a base the journal alone makes the deployment, manifest first."""
    made = folded(None, begin(1, 1, "creating", name="a"), success(2, 1, state=A))

    assert list(made) == ["manifest", "resources"]
    assert made["resources"] == [A]
    assert made["manifest"]["version"] == "3.250.0"
    assert made["manifest"]["time"] == "2026-03-04T05:06:07Z"


def test_new_resources_come_before_the_ones_left_of_the_base() -> None:
    """A resource that depends on a new one stands after it, though it was there before."""
    needs_c = resource("b", dependencies=[urn("c")])

    made = folded(
        deployment(A, B), success(1, 1, state=C), success(2, 2, removeOld=1, state=needs_c)
    )

    assert made["resources"] == [C, needs_c, A]


def test_index_0_of_the_base_is_an_index() -> None:
    """Removing the first resource of the base removes it."""
    assert folded(deployment(A, B), success(1, 1, removeOld=0))["resources"] == [B]


def test_replacement_before_deletion_keeps_the_old_one_marked() -> None:
    """Cut off before the deletion, both are there, and the old one waits for it."""
    successor = resource("a", id="id-2")

    made = folded(deployment(A, B), success(1, 1, deleteOld=0, state=successor))

    assert made["resources"] == [successor, {**A, "delete": True}, B]
    finished = success(2, 2, removeOld=0)
    assert folded(deployment(A), success(1, 1, deleteOld=0, state=successor), finished) == (
        folded(deployment(successor))
    )


def test_deletion_before_replacement_keeps_the_old_one_marked() -> None:
    """Cut off before the creation, the deleted one is there and waits for its successor."""
    made = folded(deployment(A, B), success(1, 1, pendingReplacementOld=0))

    assert made["resources"] == [{**A, "pendingReplacement": True}, B]


@pytest.mark.parametrize(
    ("mark", "flag"), [("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")]
)
def test_resources_of_this_update_can_be_marked(mark: str, flag: str) -> None:
    """A resource that a step of the same update made is marked like one of the base."""
    made = folded(None, success(1, 1, state=A), success(2, 2, **{mark: 1}))

    assert made["resources"] == [{**A, flag: True}]


def test_a_resource_of_this_update_can_be_removed() -> None:
    """What was made and removed in one update is not there."""
    made = folded(None, success(1, 1, state=A), success(2, 2, state=B), success(3, 3, removeNew=1))

    assert made["resources"] == [B]


def test_a_failure_leaves_the_base_as_it_was() -> None:
    """Neither the state that a failed step sends nor what it meant to remove counts."""
    failure = entry(JournalEntryKind.FAILURE, 2, 1, removeOld=0, state=resource("a", id="id-2"))

    made = folded(deployment(A), begin(1, 1, "updating", name="a"), failure)

    assert made["resources"] == [A]
    assert "pending_operations" not in made


def test_a_step_that_was_cut_off_is_a_pending_operation() -> None:
    """Begun and not ended: the operation is there for the next update, in the order of begins."""
    made = folded(
        deployment(A),
        begin(1, 1, "creating", name="b"),
        begin(2, 2),
        begin(3, 3, "deleting", name="a"),
    )

    assert made["pending_operations"] == [
        {"type": "creating", "resource": B},
        {"type": "deleting", "resource": A},
    ]


@pytest.mark.parametrize(
    "kind",
    [JournalEntryKind.SUCCESS, JournalEntryKind.FAILURE, JournalEntryKind.REFRESH_SUCCESS],
)
def test_a_step_that_has_ended_is_no_pending_operation(kind: JournalEntryKind) -> None:
    """However a step ends, it is over; the other one under way is not."""
    made = folded(
        None,
        begin(1, 1, "creating", name="a"),
        begin(2, 2, "creating", name="b"),
        entry(kind, 3, 1),
    )

    assert made["pending_operations"] == [{"type": "creating", "resource": B}]


def test_of_old_pending_operations_only_creates_stay() -> None:
    """A create that was cut off stays until somebody settles it; other operations do not."""
    creating, updating = ({"type": kind, "resource": A} for kind in ("creating", "updating"))
    base = deployment(pending_operations=[updating, creating])

    made = folded(base, begin(1, 1, "importing", name="b"))

    assert made["pending_operations"] == [{"type": "importing", "resource": B}, creating]


@pytest.mark.parametrize("kind", [JournalEntryKind.REFRESH_SUCCESS, JournalEntryKind.OUTPUTS])
def test_refreshes_and_outputs_change_a_resource_in_its_place(kind: JournalEntryKind) -> None:
    """The new state takes the old one's place, in the base or among the new resources."""
    seen_a, seen_c = resource("a", outputs={"x": 1}), resource("c", outputs={"x": 2})

    made = folded(
        deployment(A, B),
        success(1, 1, state=C),
        entry(kind, 2, 2, removeOld=0, state=seen_a),
        entry(kind, 3, 3, removeNew=1, state=seen_c),
    )

    assert made["resources"] == [seen_c, seen_a, B]


def test_a_refresh_without_a_state_removes_the_resource() -> None:
    """What the refresh has not found is gone; outputs without a state change nothing."""
    made = folded(
        deployment(A, B),
        success(1, 1, state=C),
        entry(JournalEntryKind.REFRESH_SUCCESS, 2, 2, removeOld=0),
        entry(JournalEntryKind.REFRESH_SUCCESS, 3, 3, removeNew=1),
        entry(JournalEntryKind.OUTPUTS, 4, 4, removeOld=1),
    )

    assert made["resources"] == [B]


def test_a_removal_wins_over_a_refresh() -> None:
    """A resource that was refreshed and then deleted is gone."""
    made = folded(
        deployment(A, B),
        entry(JournalEntryKind.REFRESH_SUCCESS, 1, 1, removeOld=0, state=A),
        success(2, 2, removeOld=0),
    )

    assert made["resources"] == [B]


def test_a_refreshed_state_takes_no_marks() -> None:
    """As in the engine: a state put into an old one's place is what it says, marks included."""
    made = folded(
        deployment(A),
        entry(JournalEntryKind.REFRESH_SUCCESS, 1, 1, removeOld=0, state=B),
        success(2, 2, deleteOld=0, pendingReplacementOld=0),
    )

    assert made["resources"] == [B]


def test_after_a_rebuild_indexes_count_in_the_rebuilt_base() -> None:
    """Index 0 is what stands first after the refresh, and pending steps before it are forgotten."""
    made = folded(
        deployment(A, B, C),
        begin(1, 1, "updating", name="a"),
        entry(JournalEntryKind.REFRESH_SUCCESS, 2, 2, removeOld=0),
        entry(JournalEntryKind.REBUILT_BASE_STATE, 3),
        success(4, 3, removeOld=0),
    )

    assert made["resources"] == [C]
    assert "pending_operations" not in made


def test_a_refresh_counts_after_the_rebuild_too() -> None:
    """References to what disappears later in the same update are taken away as well."""
    made = folded(
        deployment(A, resource("b", dependencies=[urn("a")])),
        entry(JournalEntryKind.REBUILT_BASE_STATE, 1),
        success(2, 1, removeOld=0),
        success(3, 2, isRefresh=True),
        entry(JournalEntryKind.REBUILT_BASE_STATE, 4),
    )

    assert made["resources"] == [B]


def test_a_written_base_replaces_the_old_one() -> None:
    """Everything of the base is replaced, and indexes count in the new one."""
    made = folded(
        deployment(A, snippets=[{"uuid": "1"}]),
        entry(JournalEntryKind.WRITE, 1, newSnapshot=deployment(B, C)),
        success(2, 1, removeOld=1),
    )

    assert made["resources"] == [B]
    assert "snippets" not in made


def test_the_secrets_provider_is_the_last_one_named() -> None:
    """Entries of the update replace the base's provider; one that names none changes nothing."""
    old, new = {"type": "passphrase", "state": {"salt": "1"}}, {"type": "cloud"}
    base = deployment(secrets_providers=old)

    assert folded(base, entry(JournalEntryKind.SECRETS_MANAGER, 1))["secrets_providers"] == old
    changed = folded(base, entry(JournalEntryKind.SECRETS_MANAGER, 1, secretsProvider=new))
    assert changed["secrets_providers"] == new


def test_snippets_are_replaced_as_a_whole() -> None:
    """The list of the last entry is the list, also when it is empty."""
    base = deployment(snippets=[{"uuid": "1"}])
    replaced = entry(JournalEntryKind.SNIPPETS, 1, snippets=[{"uuid": "2"}])

    assert folded(base, replaced)["snippets"] == [{"uuid": "2"}]
    assert "snippets" not in folded(base, entry(JournalEntryKind.SNIPPETS, 1))


def test_extensions_are_added_to_those_of_the_base() -> None:
    """One that the base has already stays as it is."""
    fields = {"extensionRef": "r", "extension": {"name": "new"}}
    other = {"extensionRef": "s", "extension": {"name": "other"}}

    made = folded(
        deployment(extensions={"r": {"name": "old"}}),
        entry(JournalEntryKind.EXTENSION_PARAMETERIZE, 1, 2, **fields),
        entry(JournalEntryKind.EXTENSION_PARAMETERIZE, 2, 4, **other),
    )

    assert made["extensions"] == {"r": {"name": "old"}, "s": {"name": "other"}}


def test_what_is_not_understood_stays() -> None:
    """Unknown fields of base, metadata and resources come through; an old complaint does not."""
    base = deployment(
        resource("a", novelty=[1]), metadata={"integrity_error": {}, "other": 1}, future={"x": 2}
    )

    made = folded(base)

    assert made["resources"] == base["resources"]
    assert made["metadata"] == {"other": 1}
    assert made["future"] == {"x": 2}


@pytest.mark.parametrize(
    "bad",
    [
        success(3, 3, removeOld=2),
        success(3, 3, deleteOld=2),
        success(3, 3, pendingReplacementOld=2),
        success(3, 3, removeNew=2),
        success(3, 3, deleteNew=9),
        success(3, 3, pendingReplacementNew=9),
        entry(JournalEntryKind.REFRESH_SUCCESS, 3, 3, removeOld=2),
        entry(JournalEntryKind.REFRESH_SUCCESS, 3, 3, removeNew=9, state=A),
        entry(JournalEntryKind.OUTPUTS, 3, 3, removeOld=2, state=A),
        entry(JournalEntryKind.OUTPUTS, 3, 3, removeNew=9, state=A),
    ],
)
def test_references_to_nothing_are_refused(bad: Entry) -> None:
    """An index outside the base or an operation without a resource is an error, never a guess."""
    journal = [success(1, 1, state=C), begin(2, 2, "creating", name="c"), bad]

    with pytest.raises(JournalEntryError, match="entry 3 refers to .* not there"):
        folded(deployment(A, B), *journal)


def test_a_written_base_may_not_lose_what_was_referred_to() -> None:
    """A smaller base under entries that count in the old one is refused."""
    with pytest.raises(JournalEntryError, match="entry 2 takes away resource 1"):
        folded(
            deployment(A, B),
            success(1, 1, removeOld=1),
            entry(JournalEntryKind.WRITE, 2, newSnapshot=deployment(A)),
        )


def test_a_malformed_base_is_refused() -> None:
    """A base that is not of the form of a deployment is corrupt state, not a crash."""
    with pytest.raises(CorruptStateError, match="resource 0: dependencies"):
        folded(deployment(resource("a", dependencies="b")))


def test_arrival_order_does_not_matter() -> None:
    """Entries are folded by sequence id, whatever the order they are given in."""
    journal = [
        begin(1, 1, "updating", name="a"),
        success(2, 2, state=C),
        success(3, 1, removeOld=0, state=resource("a", id="id-2")),
        success(4, 3, removeNew=2),
    ]
    outcomes = {json.dumps(folded(deployment(A, B), *order)) for order in permutations(journal)}

    assert len(outcomes) == 1


@given(history=histories(most_updates=2), chance=st.randoms())
def test_the_fold_is_pure_and_repeatable(history: list[SimulatedUpdate], chance: Any) -> None:
    """Base and entries stay as they were, and any order of arrival gives the same bytes."""
    for update in history:
        before = json.dumps([update.base, update.entries])
        journal = list(parsed(*update.entries))

        def checkpoint(update: SimulatedUpdate = update, journal: Any = journal) -> bytes:
            made = fold(update.base, journal, folded_at=FOLDED_AT, engine_version="3.250.0")
            return encode_checkpoint("organization/shop/dev", made)

        first = checkpoint()
        chance.shuffle(journal)

        assert checkpoint() == first
        assert json.dumps([update.base, update.entries]) == before


def test_large_numbers_come_through() -> None:
    """Integers beyond 64 bits and tiny fractions are the same in the checkpoint."""
    state = resource("a", inputs={"big": 2**90 + 1, "tiny": 1e-7})

    made = fold_versioned(None, success(1, 1, state=state))

    assert str(2**90 + 1).encode() in encode_checkpoint("organization/shop/dev", made)
