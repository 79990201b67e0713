"""Compares what Hoist's fold makes of a journal with what the engine makes of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoist.errors import HoistError
from journal_histories import FOLDED_AT
from journals import Entry, parsed
from oracle import Oracle, Outcome
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.fold import fold
from orchestrator.state.integrity import integrity_findings
from orchestrator.state.journal import JournalEntry, JournalEntryKind
from simulated_engine import State

_EMPTY: tuple[Any, ...] = (None, False, "", [], {})


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many prefixes of a journal were compared, and what differed."""

    prefixes: int
    intact: int
    differences: tuple[str, ...]


def compare_prefixes(
    oracle: Oracle, base: Mapping[str, Any], entries: Sequence[Entry]
) -> Comparison:
    """Fold every prefix of the journal here and there."""
    outcomes = oracle.replay_prefixes(base, entries)
    journal = parsed(*entries)
    found = [
        f"after {length} entries: {difference}"
        for length, outcome in enumerate(outcomes)
        for difference in _differences(base, journal[:length], outcome)
    ]
    intact = sum(outcome.is_intact for outcome in outcomes)
    return Comparison(len(outcomes), intact, tuple(found))


def _differences(
    base: Mapping[str, Any], journal: Sequence[JournalEntry], theirs: Outcome
) -> Iterable[str]:
    engine_version = theirs.deployment.get("manifest", {}).get("version", "")
    try:
        ours = fold(base, journal, folded_at=FOLDED_AT, engine_version=engine_version)
    except HoistError as error:
        if not theirs.error:
            yield f"only Hoist refuses it: {error}"
        return
    if theirs.error:
        yield f"only the engine refuses it: {theirs.error}"
        return
    ignored = {"replaceWith"} if _meets_known_faults(base, journal) else set()
    yield from _unequal_parts(ours, theirs, ignored)
    yield from _unequal_checks(ours, theirs, is_exact=not ignored)


def _meets_known_faults(base: Mapping[str, Any], journal: Sequence[JournalEntry]) -> bool:
    """Whether the engine's replayer may be wrong about `replaceWith` here.

    After a refresh it keeps names that are gone and appends empty ones to other resources' lists;
    and it leaves the old name in the list when a resource has got a new one. Hoist mends both,
    since the engine's own check on reading refuses the outcome.
    """
    states = [*base.get("resources", []), *(entry.state for entry in journal if entry.state)]
    return any(state.get("aliases") for state in states) or any(
        entry.is_refresh or entry.kind is JournalEntryKind.REFRESH_SUCCESS for entry in journal
    )


def _unequal_parts(ours: VersionedDeployment, theirs: Outcome, ignored: set[str]) -> Iterable[str]:
    pairs: dict[str, tuple[Any, Any]] = {
        "features": (set(ours.features) - ignored, set(theirs.features) - ignored)
    }
    if not ignored:
        pairs["version"] = (ours.version, theirs.version)
    mine = _comparable(ours.deployment or {}, ignored)
    reference = _comparable(theirs.deployment, ignored)
    pairs |= {name: (mine.get(name), reference.get(name)) for name in {*mine, *reference}}
    for name, (one, other) in pairs.items():
        if one != other:
            yield f"{name}: {_shown(one)} here, {_shown(other)} there"


def _unequal_checks(ours: VersionedDeployment, theirs: Outcome, *, is_exact: bool) -> Iterable[str]:
    finding = next(iter(integrity_findings(ours.deployment)), "")
    if finding and theirs.is_intact:
        yield f"only Hoist finds a fault: {finding}"
    if not finding and not theirs.is_intact and is_exact:
        yield f"only the engine finds a fault: {theirs.write_error or theirs.read_error}"


def _comparable(deployment: Mapping[str, Any], ignored: set[str]) -> dict[str, Any]:
    manifest = {key: value for key, value in deployment["manifest"].items() if key != "time"}
    operations = [
        {**operation, "resource": _comparable_resource(operation["resource"], set())}
        for operation in deployment.get("pending_operations") or []
    ]
    parts = {
        **deployment,
        "manifest": manifest,
        "resources": [
            _comparable_resource(resource, ignored)
            for resource in deployment.get("resources") or []
        ],
        # Theirs come out of a hash map.
        "pending_operations": sorted(operations, key=_shown),
        "snippets": [_without_empty(snippet) for snippet in deployment.get("snippets") or []],
    }
    return _without_empty(parts)


def _comparable_resource(resource: State, ignored: set[str]) -> State:
    properties = _without_empty(resource.get("propertyDependencies") or {})
    kept = {name: value for name, value in resource.items() if name not in ignored}
    return _without_empty({**kept, "propertyDependencies": properties})


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    # Not by `in`: 0 counts as equal to False there.
    return {
        name: value
        for name, value in fields.items()
        if not any(value is empty or (value == empty and value != 0) for empty in _EMPTY)
    }


def _shown(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=sorted)
