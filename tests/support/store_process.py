"""A process that works on a directory store, for tests of several at once and of their deaths.

    python store_process.py <root> <kind of work> <repetitions> [<step> <occurrence>]

It prints `ready`, waits for a line, works, and prints each number once the store has acknowledged
it. With a step it ends itself with SIGKILL there, at the given occurrence.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.state.errors import StateConflictError
from orchestrator.state.storage import LogRecord, RecordKey, Storage
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.directory_disk import WriteStep, carry_on

LOG = "log"
RECORD = RecordKey("p", "counter")
OBJECT = "folder/counter"
WRITTEN_AT = datetime(2025, 3, 1, tzinfo=UTC)


def append(storage: Storage) -> int:
    """Append to the log, in whichever slot is free; gives the slot."""
    records = storage.log.read(LOG)
    slot = len(records) + 1
    storage.log.append(LOG, LogRecord(slot, b"%d of %d" % (slot, os.getpid()), WRITTEN_AT))
    return slot


def count_in_record(storage: Storage) -> int:
    """Add one to the record; gives the sum."""
    present = storage.records.get(RECORD)
    count = present.value["count"] + 1 if present else 1
    revision = present.revision if present else 0
    storage.records.put(RECORD, {"count": count}, expected_revision=revision)
    return int(count)


def count_in_object(storage: Storage) -> int:
    """Add one to the object; gives the sum."""
    present = storage.objects.get(OBJECT)
    count = int(present.body) + 1 if present else 1
    storage.objects.put(OBJECT, b"%d" % count, if_etag=present.etag if present else None)
    return count


KINDS_OF_WORK: dict[str, Callable[[Storage], int]] = {
    "append": append,
    "count_in_record": count_in_record,
    "count_in_object": count_in_object,
}


def work(storage: Storage, kind: str, repetitions: int) -> None:
    """Repeat the work until it succeeded so many times."""
    for _ in range(repetitions):
        while True:
            try:
                done = KINDS_OF_WORK[kind](storage)
            except StateConflictError:
                continue
            break
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()


def die_at(step: WriteStep, occurrence: int) -> Callable[[WriteStep], None]:
    """For directory_storage: SIGKILL when the step is reached for the n-th time."""
    seen = Counter[WriteStep]()

    def on_step(reached: WriteStep) -> None:
        seen[reached] += 1
        if seen[step] == occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_step


def main(root: str, kind: str, repetitions: str, step: str = "", occurrence: str = "0") -> None:
    on_step = die_at(WriteStep[step], int(occurrence)) if step else carry_on
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    work(directory_storage(Path(root), on_step=on_step), kind, int(repetitions))


if __name__ == "__main__":
    main(*sys.argv[1:])
