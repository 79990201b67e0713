"""The fold: a base deployment and a journal make the next deployment.

    replay      what each entry means
    sides       the resources of the base and those of this update, with their marks
    references  references to resources that a refresh found gone
    aliases     references to resources that have a new name
    features    what an engine must know to read the result

It does what the engine's own replayer does, which tests/test_orchestrator/test_state compares it
with; where that one is known to be wrong, the module concerned says so.
"""

from collections.abc import Iterable
from datetime import datetime

from orchestrator.state.deployment import Deployment, VersionedDeployment, deployment_faults
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.fold.features import features_of
from orchestrator.state.fold.replay import Replay
from orchestrator.state.journal import JournalEntry, merge_entries
from orchestrator.state.manifest import new_manifest
from orchestrator.state.schema_upgrades import PLAIN_VERSION, VERSION_WITH_FEATURES

__all__ = ["fold"]


def fold(
    base: Deployment | None,
    entries: Iterable[JournalEntry],
    *,
    folded_at: datetime,
    engine_version: str,
) -> VersionedDeployment:
    """The deployment that the base becomes by the entries, in whatever order they are given.

    Pure: the base is the very one that the engine was given, and stays as it is. The result shares
    what did not change with it, so treat it as read-only. Even without entries it differs from the
    base (pending operations other than creates are forgotten), as every update does.

    Raises JournalEntryError for entries that contradict each other or the base, and
    CorruptStateError for a base that is malformed or two resources that claim one alias.
    Whether the engine would accept the result is for `check_integrity` to say.
    """
    start = base or {}
    for fault in deployment_faults(start):
        raise CorruptStateError(
            f"the state that the update started from is malformed: {fault}",
            way_out="restore an earlier version of the checkpoint; the journal is kept",
        )
    replay = Replay(start)
    for entry in merge_entries(entries):
        replay.add(entry)
    deployment = {"manifest": new_manifest(folded_at, engine_version), **replay.deployment()}
    features = features_of(deployment)
    version = VERSION_WITH_FEATURES if features else PLAIN_VERSION
    return VersionedDeployment(version, features, deployment)
