"""The shim's process, up and down, beside the emulator.

At most one runs per local directory. Going up when it is up, or down when it is down, changes
nothing.
"""

import psutil

from local.background_process import end_processes, spawn_module
from local.file_lock import exclusive_lock
from local.metric_shim.layout import MODULE, ShimLayout
from local.metric_shim.running import recorded_shim
from local.process_record import ProcessNote, write_record
from local.progress import Progress
from local.settings import LocalSettings

# Enough for what it is at to end; what is broken off is completed by the next one.
_STOP_TIMEOUT_SECONDS = 5.0
_WAITING = "Another process is starting or stopping the metric shim; waiting for it"


def start_shim(settings: LocalSettings, *, progress: Progress) -> int:
    """Start the shim unless it runs; its process id.

    Nobody waits for it: nothing but metrics depends on it, and its log tells how it fares.
    """
    layout = ShimLayout(settings.directory)
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        process = recorded_shim(settings.directory)
        if process is None:
            process = _spawn(layout, settings)
            write_record(layout.note, ProcessNote.of(process))
        return process.pid


def stop_shim(settings: LocalSettings, *, progress: Progress) -> bool:
    """Stop the shim; False if it was not running."""
    layout = ShimLayout(settings.directory)
    if not settings.directory.exists():
        return False
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        process = recorded_shim(settings.directory)
        if process is not None:
            end_processes([process], timeout_seconds=_STOP_TIMEOUT_SECONDS)
        layout.note.unlink(missing_ok=True)
    return process is not None


def _spawn(layout: ShimLayout, settings: LocalSettings) -> psutil.Process:
    return spawn_module(
        MODULE,
        [str(settings.directory)],
        search_path=settings.search_path,
        home=layout.home,
        log=layout.log,
        previous_log=layout.previous_log,
    )
