"""Which process the shim of an installation is."""

from pathlib import Path

import psutil

from local.metric_shim.layout import MODULE, ShimLayout
from local.process_record import find_process_of, read_note


def recorded_shim(directory: Path) -> psutil.Process | None:
    """The shim of a local directory, if it is there."""
    note = read_note(ShimLayout(directory).note)
    return None if note is None else find_process_of(note, module=MODULE)


def is_noted(directory: Path, pid: int) -> bool:
    """Whether the shim of this local directory is that process, and no other."""
    note = read_note(ShimLayout(directory).note)
    return note is not None and note.pid == pid
