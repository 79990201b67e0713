"""Where the labels of versions go. Pure: versions in, versions out, or RefusedError."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from hoist.secrets.model import SecretVersion, Versions
from hoist.secrets.refusals import Code, RefusedError

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"
PREVIOUS = "AWSPREVIOUS"

MAX_STAGES = 20
# Versions without a label go when there are more than this many and they are older than a day.
VERSIONS_KEPT = 100
NEVER_PURGED_FOR = timedelta(hours=24)


def holder_of(versions: Versions, stage: str) -> SecretVersion | None:
    """The version that has the label; no label is ever on two."""
    return next((version for version in versions if stage in version.stages), None)


def version_with_id(versions: Versions, version_id: str) -> SecretVersion | None:
    return next((version for version in versions if version.version_id == version_id), None)


def is_rotation_pending(versions: Versions) -> bool:
    """Whether AWSPENDING is on a version that is not the current one."""
    pending = holder_of(versions, PENDING)
    return pending is not None and CURRENT not in pending.stages


def readable_version(
    versions: Versions, *, version_id: str | None, stage: str | None
) -> SecretVersion:
    """The version that a read asks for: the current one unless it says otherwise."""
    if version_id is None:
        stage = stage or CURRENT
        found, asked = holder_of(versions, stage), f"staging label: {stage}"
    else:
        found, asked = version_with_id(versions, version_id), f"VersionId: {version_id}"
    if found is None or found.value is None:
        raise RefusedError(
            Code.RESOURCE_NOT_FOUND,
            f"Secrets Manager can't find the specified secret value for {asked}",
        )
    if stage is not None and stage not in found.stages:
        raise RefusedError(
            Code.INVALID_REQUEST,
            "You provided a VersionStage that is not associated to the provided VersionId.",
        )
    return found


def with_value(versions: Versions, added: SecretVersion) -> Versions:
    """With a new version, which takes its labels away from those that hold them.

    The first value of a secret becomes its current one whatever its labels say. The placeholder
    of the same id is filled and keeps its labels.
    """
    placeholder = version_with_id(versions, added.version_id)
    others = tuple(version for version in versions if version is not placeholder)
    stages = added.stages | (placeholder.stages if placeholder else frozenset())
    if holder_of(versions, CURRENT) is None:
        stages |= {CURRENT}
    if CURRENT in stages:
        stages -= {PREVIOUS}
        # A version that is replaced by a put is not pending any more; one that is replaced by
        # moving a label may be (the recorded answers of AWS differ in this).
        others = _demote_current(others, losing=frozenset({PENDING}))
    _check_label_count(stages)
    return (*_without_stages(others, stages), replace(added, stages=stages))


def with_placeholder(versions: Versions, version_id: str, *, now: datetime) -> Versions:
    """With the version that a rotation is going to fill: pending, and without a value."""
    placeholder = SecretVersion(version_id, now, frozenset({PENDING}))
    return (*_without_stages(versions, {PENDING}), placeholder)


def without_pending(versions: Versions) -> Versions:
    """Without the label of a rotation that was abandoned; its empty placeholder goes as well."""
    return _without_empty(_without_stages(versions, {PENDING}))


def with_stage_moved(
    versions: Versions, stage: str, *, remove_from: str | None, move_to: str | None
) -> Versions:
    """With the label where it is wanted. What is refused changes nothing."""
    holder = holder_of(versions, stage)
    _check_names_holder(versions, stage, holder=holder, remove_from=remove_from, move_to=move_to)
    if move_to is None:
        _check_may_be_removed(stage)
        return _without_empty(_without_stages(versions, {stage}))
    if holder is not None and holder.version_id == move_to:
        return versions
    _check_target(versions, stage, move_to)
    if stage == CURRENT:
        versions = _demote_current(versions, losing=frozenset())
        versions = _relabel(versions, move_to, lambda stages: stages - {PREVIOUS})
    moved = _relabel(_without_stages(versions, {stage}), move_to, lambda stages: stages | {stage})
    return _without_empty(moved)


def purged(versions: Versions, *, now: datetime) -> Versions:
    """Without the oldest of the deprecated versions, as far as there are too many."""
    surplus = len(versions) - VERSIONS_KEPT
    purgeable = [
        version.version_id
        for version in sorted(versions, key=lambda version: version.created_at)
        if not version.stages and now - version.created_at > NEVER_PURGED_FOR
    ]
    dropped = set(purgeable[: max(surplus, 0)])
    return tuple(version for version in versions if version.version_id not in dropped)


def _check_names_holder(
    versions: Versions,
    stage: str,
    *,
    holder: SecretVersion | None,
    remove_from: str | None,
    move_to: str | None,
) -> None:
    if remove_from is None and move_to is None:
        raise _invalid("You must specify RemoveFromVersionId, MoveToVersionId, or both.")
    if remove_from is not None and (holder is None or holder.version_id != remove_from):
        raise _invalid(
            f"The parameter RemoveFromVersionId is incorrect. Staging label {stage} is not"
            f" attached to version {remove_from}."
        )
    if remove_from is None and holder is not None and holder.version_id != move_to:
        raise _invalid(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently"
            f" attached to version {holder.version_id}, so you must explicitly reference that"
            " version in RemoveFromVersionId."
        )


def _check_may_be_removed(stage: str) -> None:
    if stage == CURRENT:
        raise _invalid("A secret always has an AWSCURRENT version: move the label instead.")


def _check_target(versions: Versions, stage: str, move_to: str) -> None:
    target = version_with_id(versions, move_to)
    if target is None:
        raise _invalid(f"Not a valid version: {move_to}")
    if stage == CURRENT and target.value is None:
        raise _invalid(f"Version {move_to} has no value, so it can't become AWSCURRENT.")
    _check_label_count(target.stages | {stage})


def _check_label_count(stages: AbstractSet[str]) -> None:
    if len(stages) > MAX_STAGES:
        raise RefusedError(
            Code.LIMIT_EXCEEDED, f"A version can have at most {MAX_STAGES} staging labels."
        )


def _demote_current(versions: Versions, *, losing: frozenset[str]) -> Versions:
    """AWSPREVIOUS goes to the version that was current; custom labels stay where they are."""
    current = holder_of(versions, CURRENT)
    if current is None:
        return versions
    return _relabel(
        _without_stages(versions, {PREVIOUS}),
        current.version_id,
        lambda stages: (stages - {CURRENT} - losing) | {PREVIOUS},
    )


def _relabel(
    versions: Versions, version_id: str, change: Callable[[frozenset[str]], frozenset[str]]
) -> Versions:
    return tuple(
        replace(version, stages=change(version.stages))
        if version.version_id == version_id
        else version
        for version in versions
    )


def _without_stages(versions: Versions, stages: AbstractSet[str]) -> Versions:
    return tuple(
        replace(version, stages=version.stages - stages) if version.stages & stages else version
        for version in versions
    )


def _without_empty(versions: Versions) -> Versions:
    """A placeholder that lost its label can never be filled or read: nothing of it is kept."""
    return tuple(version for version in versions if version.stages or version.value)


def _invalid(message: str) -> RefusedError:
    return RefusedError(Code.INVALID_PARAMETER, message)
