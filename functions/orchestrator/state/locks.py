"""The lock object where Pulumi's S3 backend looks for one, so that the two worlds keep apart.

Our own order comes from the stack's record; this lock is for a bare CLI on the same bucket.
"""

import contextlib
import json
from collections.abc import Sequence
from datetime import datetime

from orchestrator.state.errors import ObjectChangedError, UpdateInProgressError
from orchestrator.state.ids import UPDATE_ID_PREFIX
from orchestrator.state.names import StackName
from orchestrator.state.records import Holder
from orchestrator.state.storage import Objects


def take_lock(
    objects: Objects, name: StackName, update_id: str, *, holder: Holder, now: datetime
) -> Sequence[str]:
    """Put our lock, then look whether somebody else has one, as that backend does.

    Returns the keys of other locks of ours: their updates are dead, or have not opened the stack
    yet and will not. Raises UpdateInProgressError under a lock that is not ours.
    """
    lock = {
        "pid": holder.pid,
        "username": "hoist",
        "hostname": holder.host,
        "timestamp": now.isoformat(),
    }
    own_key = name.lock_key(update_id)
    # There already: an earlier try of this very update put it, and its answer was lost.
    with contextlib.suppress(ObjectChangedError):
        objects.put(own_key, json.dumps(lock).encode(), if_etag=None)
    return [key for key in own_locks(objects, name) if key != own_key]


def release_lock(objects: Objects, name: StackName, update_id: str) -> None:
    """Remove our lock of that update; does nothing if it is gone."""
    objects.delete(name.lock_key(update_id))


def own_locks(objects: Objects, name: StackName) -> Sequence[str]:
    """Keys of the stack's locks. Raises UpdateInProgressError if one of them is not ours."""
    keys = [lock.key for lock in objects.list(name.lock_prefix)]
    for key in keys:
        if not key.startswith(name.lock_prefix + UPDATE_ID_PREFIX):
            raise _foreign_lock(objects, key)
    return keys


def _foreign_lock(objects: Objects, key: str) -> UpdateInProgressError:
    found = objects.get(key)
    lock = _facts(found.body if found else b"")
    who = f"{lock.get('username', 'somebody')}@{lock.get('hostname', 'an unknown host')}"
    return UpdateInProgressError(
        f"the stack is locked by {who} (process {lock.get('pid', 'unknown')}) "
        f"since {lock.get('timestamp', 'an unknown time')}, through the S3 backend",
        way_out=f"wait for it to end; if it is dead, run `pulumi cancel` there (the lock is {key})",
    )


def _facts(body: bytes) -> dict[str, object]:
    try:
        lock = json.loads(body)
    except ValueError:
        return {}
    return lock if isinstance(lock, dict) else {}
