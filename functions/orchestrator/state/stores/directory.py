"""The store of a laptop: a folder that `pulumi login file://<root>` reads as it is.

    <root>/.pulumi/...                         objects, as Pulumi's own file backend lays them out
    <root>/.hoist/versions/<key>/<sha256>      every version of every object
    <root>/.hoist/records/<partition>/<sort>   one JSON file per record
    <root>/.hoist/logs/<log id>.log            one append-only file per update
    <root>/.hoist/locks/...                    locks between processes, and files being written

It is for a local file system: the locks (flock) and the fsync of a network share are not trusted.
"""

from collections.abc import Callable
from pathlib import Path

from orchestrator.state.storage import Storage
from orchestrator.state.stores.directory_disk import Disk, WriteStep, carry_on
from orchestrator.state.stores.directory_locks import FileLocks
from orchestrator.state.stores.directory_log import DirectoryLog
from orchestrator.state.stores.directory_objects import DirectoryObjects
from orchestrator.state.stores.directory_records import DirectoryRecords
from orchestrator.state.stores.keys import STORE_FOLDER


def directory_storage(root: Path, *, on_step: Callable[[WriteStep], None] = carry_on) -> Storage:
    """The store in `root`, which is made on the first write. Any number of processes may share it.

    `on_step` is called between the steps of a write, so that a test can end the process there.
    """
    own = root / STORE_FOLDER
    locks = own / "locks"
    disk = Disk(root, on_step=on_step)
    return Storage(
        records=DirectoryRecords(own / "records", disk, FileLocks(locks / "records", disk)),
        log=DirectoryLog(own / "logs", disk, FileLocks(locks / "logs", disk)),
        objects=DirectoryObjects(root, own / "versions", disk, FileLocks(locks / "objects", disk)),
    )
