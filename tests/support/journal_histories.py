"""Histories of a stack: programs that change, updates that fail or are cut off, one after another.

    history(Random(7), updates=3)   three updates, each starting from where the last was cut off

The same Random gives the same history. Hypothesis hands in one of its own, and can shrink.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from random import Random
from typing import Any

from hypothesis import strategies as st

from changing_program import PROVIDER_TYPE, SECRET, ChangingProgram, references_of
from journals import STACK, Entry, deployment, parsed
from orchestrator.state.fold import fold
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.urn import ROOT_STACK_TYPE
from simulated_engine import Chain, Known, SimulatedEngine, State, Steps

ENGINE_VERSION = "3.250.0"
FOLDED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SimulatedUpdate:
    """The base that an update started from, and all that it would have written to its end."""

    base: Mapping[str, Any]
    entries: list[Entry]


def history(chance: Random, *, updates: int) -> Iterator[SimulatedUpdate]:
    """Updates in a row; each starts from what the one before left behind when it was cut off."""
    base: Mapping[str, Any] = deployment()
    for _ in range(updates):
        entries = _Update(chance, base).run()
        yield SimulatedUpdate(base, entries)
        cut = len(entries) if chance.random() < 0.6 else chance.randint(1, len(entries))
        base = _folded(base, entries[:cut])


def histories(*, most_updates: int) -> st.SearchStrategy[list[SimulatedUpdate]]:
    """Histories for Hypothesis."""
    return st.builds(
        lambda chance, updates: list(history(chance, updates=updates)),
        st.randoms(use_true_random=False),
        st.integers(1, most_updates),
    )


def _folded(base: Mapping[str, Any], entries: list[Entry]) -> Mapping[str, Any]:
    folded = fold(base, parsed(*entries), folded_at=FOLDED_AT, engine_version=ENGINE_VERSION)
    assert folded.deployment is not None
    return folded.deployment


class _Update:
    """One update: what the program wants now, turned into steps."""

    def __init__(self, chance: Random, base: Mapping[str, Any]) -> None:
        self._chance = chance
        self._engine = SimulatedEngine(
            chance,
            failure_rate=chance.choice([0.0, 0.0, 0.05, 0.2]),
            continue_on_error=chance.random() < 0.3,
        )
        self._rebase(base)

    def run(self) -> list[Entry]:
        self._prepare()
        if self._happens(0.25):
            self._refresh()
        kind = self._chance.choices(["up", "destroy", "refresh"], [8, 1, 1])[0]
        if kind != "refresh" and not self._engine.has_failed:
            program = ChangingProgram(self._chance, [old.state["urn"] for old in self._olds])
            _Deployment(self._engine, program, self._olds).run(destroy=kind == "destroy")
        return self._engine.entries

    def _rebase(self, base: Mapping[str, Any]) -> None:
        self._base = base
        self._olds = [Known(state, i) for i, state in enumerate(base.get("resources") or [])]

    def _prepare(self) -> None:
        provider = {"type": "passphrase", "state": {"salt": f"v1:{self._chance.randint(1, 2)}"}}
        self._engine.write(JournalEntryKind.SECRETS_MANAGER, secretsProvider=provider)
        if self._olds and self._happens(0.15):
            self._rewrite_base()
        if self._happens(0.1):
            self._write_snippets()
        if self._happens(0.1):
            self._parameterize_extension()

    def _rewrite_base(self) -> None:
        states = [old.state for old in self._olds]
        resources = [
            {**state, "inputs": {"rewritten": True}} if state["type"] == PROVIDER_TYPE else state
            for state in states
        ]
        snapshot = {**self._base, "resources": resources}
        self._engine.write(JournalEntryKind.WRITE, newSnapshot=snapshot)
        self._rebase(snapshot)

    def _write_snippets(self) -> None:
        references = {f"it{i}": old.state["urn"] for i, old in enumerate(self._olds)}
        snippet = {
            "uuid": f"uuid-{self._chance.randint(1, 9)}",
            "name": "snippet",
            "type": "test:index:Thing",
            "code": "size = it0.size",
            "descriptor": {"name": "test"},
            "references": references,
        }
        contents: dict[str, Any] = self._chance.choice([{}, {"snippets": [snippet]}])
        self._engine.write(JournalEntryKind.SNIPPETS, 0, **contents)

    def _parameterize_extension(self) -> None:
        # The engine counts two operations for it, and writes the second.
        self._engine.next_operation()
        number = self._chance.randint(1, 3)
        self._engine.write(
            JournalEntryKind.EXTENSION_PARAMETERIZE,
            self._engine.next_operation(),
            extensionRef=f"ref-{number}",
            extension={"name": f"ext-{number}", "version": "1.0.0", "value": "SGVsbG8="},
        )

    def _refresh(self) -> None:
        chains = [Chain(self._refreshed(old), str(i)) for i, old in enumerate(self._olds)]
        self._engine.run(chains)
        self._engine.write(JournalEntryKind.REBUILT_BASE_STATE)
        # The engine has rebuilt its list in memory, and goes on to count in that one.
        self._rebase(_folded(self._base, self._engine.entries))

    def _refreshed(self, old: Known) -> Steps:
        may_vanish = old.state.get("custom") and old.state["type"] != PROVIDER_TYPE
        if may_vanish and self._happens(0.25):
            return self._engine.refresh_in_place(old, None)
        seen = {**old.state, "outputs": {"seen": self._chance.randint(1, 99)}}
        return self._engine.refresh_in_place(old, seen if self._happens(0.4) else old.state)

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability


class _Deployment:
    """The part of an update in which the program runs, and what it no longer wants is deleted."""

    def __init__(
        self, engine: SimulatedEngine, program: ChangingProgram, olds: list[Known]
    ) -> None:
        self._engine = engine
        self._chance = engine.chance
        self._program = program
        self._olds = olds
        self._news: dict[str, Known] = {}
        self._replaced: list[Known] = []

    def run(self, *, destroy: bool) -> None:
        finished = self._engine.run([] if destroy else list(self._registrations()))
        self._register_outputs(finished)
        if self._engine.continue_on_error or not self._engine.has_failed:
            self._delete_what_is_left(finished)
        if self._engine.has_removed_anything and self._happens(0.1):
            # So ends a refresh by program. It may not be followed by anything.
            self._engine.write(JournalEntryKind.REBUILT_BASE_STATE)

    def _registrations(self) -> Iterator[Chain]:
        stack = next((old for old in self._olds if old.state["urn"] == STACK), Known({}))
        yield self._register(stack, self._program.stack())
        for old in self._olds:
            is_root = old.state["type"] == ROOT_STACK_TYPE
            if not is_root and not old.state.get("delete") and self._happens(0.88):
                yield self._register(old, self._program.next_state(old.state))
        for _ in range(self._chance.randint(0, 9)):
            yield self._register(Known({}), self._program.new_state())

    def _register(self, old: Known, state: State) -> Chain:
        waits_for = references_of(state)
        known = replace(old)
        registered_before = set(self._news)
        self._news[state["urn"]] = known
        steps = self._steps(known, state)
        if old.state and self._may_be_refreshed(old, state):
            # The refreshed state still has the old references.
            waits_for |= references_of(old.state)
            seen = {**old.state, "outputs": {"seen": self._chance.randint(1, 99)}}
            steps = chain(self._engine.refresh_as_step(known, seen), steps)
        elif not old.state and state["custom"] and self._happens(0.03):
            # Not among the targets. Whatever refers to it never starts.
            return Chain(self._engine.skip(), "")
        return Chain(steps, state["urn"], frozenset(waits_for & registered_before))

    def _may_be_refreshed(self, old: Known, state: State) -> bool:
        if not state["custom"] or state["type"] == PROVIDER_TYPE:
            return False
        if old.state.get("pendingReplacement") or not self._happens(0.3):
            return False
        # Now and then a reference is gone, which the replay has to take away.
        return references_of(old.state) <= self._news.keys() or self._happens(0.2)

    def _steps(self, known: Known, state: State) -> Steps:
        engine = self._engine
        if not known.state:
            operation = self._chance.choices(["creating", "importing", "reading"], [8, 1, 1])[0]
            return engine.create(known, state, operation)
        if known.state.get("pendingReplacement"):
            return engine.create(known, state)
        if not state["custom"]:
            return engine.same(known, state)
        if state["type"] == PROVIDER_TYPE:
            return self._chance.choice([engine.same, engine.update])(known, state)
        return self._custom_steps(known, state)

    def _custom_steps(self, known: Known, state: State) -> Steps:
        replaced = {**state, "id": f"id-{self._chance.randint(1, 10**6)}"}
        ways = {
            "same": lambda: self._engine.same(known, state),
            "update": lambda: self._engine.update(known, state),
            "read": lambda: self._engine.update(known, {**state, "external": True}, "reading"),
            "delete first": lambda: self._delete_first(known, replaced),
            "delete later": lambda: self._delete_later(known, replaced, "creating"),
            "import": lambda: self._delete_later(known, replaced, "importing"),
        }
        return ways[self._chance.choices(list(ways), [4, 2, 1, 2, 2, 1])[0]]()

    def _delete_first(self, known: Known, state: State) -> Steps:
        yield from self._engine.delete_before_replacement(known)
        yield
        yield from self._engine.create(known, state)

    def _delete_later(self, known: Known, state: State, operation: str) -> Steps:
        old = replace(known, state={**known.state, "delete": True})
        yield from self._engine.create_replacement(known, state, operation)
        self._replaced.append(old)

    def _register_outputs(self, finished: set[str]) -> None:
        outputs = {"total": self._chance.randint(1, 99), "key": SECRET}
        for urn, known in self._news.items():
            if urn in finished and not known.state.get("custom", True) and self._happens(0.7):
                self._engine.register_outputs(known, outputs)
        for old in self._olds:
            if not self._program.name_of(old.state["urn"]) and self._happens(0.03):
                self._engine.register_outputs(old, outputs)

    def _delete_what_is_left(self, finished: set[str]) -> None:
        doomed = [old for old in self._olds if self._is_unwanted(old)] + self._replaced
        still_needed = {
            urn
            for old in self._olds
            if not self._is_unwanted(old)
            and self._program.name_of(old.state["urn"]) not in finished
            for urn in references_of(old.state)
        }
        self._engine.run(
            [
                Chain(self._removal(old), str(position), self._dependents(old, position, doomed))
                for position, old in enumerate(doomed)
                if old.state["urn"] not in still_needed
            ]
        )

    def _is_unwanted(self, old: Known) -> bool:
        return bool(old.state.get("delete")) or not self._program.name_of(old.state["urn"])

    def _removal(self, old: Known) -> Steps:
        if old.state.get("pendingReplacement"):
            return self._engine.forget_pending_replacement(old)
        return self._engine.delete(old)

    def _dependents(self, old: Known, position: int, doomed: list[Known]) -> frozenset[str]:
        return frozenset(
            str(later)
            for later in range(position + 1, len(doomed))
            if old.state["urn"] in references_of(doomed[later].state)
        )

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability
