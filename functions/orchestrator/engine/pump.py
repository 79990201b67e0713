"""Reads a child's pipes in a thread, so that the child never waits for us to look."""

import os
import selectors
import threading
from collections.abc import Mapping

from orchestrator.engine.output import OutputSink

CHUNK_BYTES = 64 * 1024
# How soon the thread notices that it is no longer wanted.
GLANCE_SECONDS = 0.25


class Pump:
    """Moves what arrives at descriptors into their sinks, until each of them ends.

    Owns the descriptors and closes them. All sinks are called from one thread, never two at once.
    """

    def __init__(self, sinks: Mapping[int, OutputSink]) -> None:
        self._sinks = dict(sinks)
        self._is_wanted = True
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="child-output", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self, patience_seconds: float) -> None:
        """Wait until all is read; give up on a pipe that is still open when patience ends.

        Raises what made the reading itself fail.
        """
        self._thread.join(patience_seconds)
        self._is_wanted = False
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                for descriptor, sink in self._sinks.items():
                    selector.register(descriptor, selectors.EVENT_READ, sink)
                while selector.get_map() and self._is_wanted:
                    self._read_ready(selector)
        except BaseException as error:  # noqa: BLE001 - raised again by finish, in its thread
            self._error = error
        finally:
            # Also after a failure: the child must get an error from its write, not wait for ever.
            for descriptor in self._sinks:
                os.close(descriptor)

    def _read_ready(self, selector: selectors.BaseSelector) -> None:
        for key, _ in selector.select(GLANCE_SECONDS):
            chunk = os.read(key.fd, CHUNK_BYTES)
            if chunk:
                key.data.feed(chunk)
            else:
                selector.unregister(key.fd)
                key.data.end()
