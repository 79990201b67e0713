"""The state service on a loopback port, for the engine of one run.

One thread per connection: the engine keeps a handful of them open and sends its journal batches
strictly one after the other.
"""

import logging
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any, TypeVar

from orchestrator.state.loopback_bodies import BodyLimits
from orchestrator.state.loopback_handler import LoopbackHandler
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.http import Answer, Request

LOOPBACK = "127.0.0.1"

# How long the end of a run may wait for the server to notice it; by default it is half a second.
STOP_POLL_SECONDS = 0.01

log = logging.getLogger(__name__)


class LoopbackServer(ThreadingHTTPServer):
    """Serves one App; knows its own address."""

    daemon_threads = True
    # Connections of an engine that was killed must not hold up the end of the run.
    block_on_close = False
    request_queue_size = 64

    def __init__(self, app: App, limits: BodyLimits) -> None:
        self.limits = limits
        self._app = app
        self._calls = _Calls()
        super().__init__((LOOPBACK, 0), LoopbackHandler)

    def server_bind(self) -> None:
        """Bind, without the base class's question to the DNS for the name of the address."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What a client may take this server for. A browser that was lured here has another."""
        return frozenset(f"{host}:{self.server_port}" for host in (LOOPBACK, "localhost"))

    def carry_out(self, request: Request) -> Answer | None:
        """The app's answer; None when the server has closed."""
        with self._calls.one() as is_let_in:
            return self._app.handle(request) if is_let_in else None

    def close_calls(self) -> None:
        """Let no more calls in, and wait for those that are under way."""
        self._calls.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle of a call is a normal event."""
        if isinstance(sys.exception(), OSError):
            log.debug("connection_ended_early", exc_info=True)
        else:
            log.exception("connection_failed")


Server = TypeVar("Server", bound=LoopbackServer)


@contextmanager
def serve_loopback(app: App, *, limits: BodyLimits = BodyLimits()) -> Iterator[LoopbackServer]:  # noqa: B008 - frozen
    """Serve until the block ends; after it no call is under way and none begins.

    Of a client that was killed, a call may still be: what it does must be done before anybody
    decides by what is stored.
    """
    with serving(LoopbackServer(app, limits)) as server:
        yield server


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Let a server answer until the block ends, and end it as it wants to be ended."""
    thread = threading.Thread(
        target=server.serve_forever, args=(STOP_POLL_SECONDS,), name="state-service", daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        server.close_calls()


class _Calls:
    """Counts the calls that are under way; lets none in once it is closed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Whether this call may be carried out, in the block."""
        with self._changed:
            is_let_in = not self._is_closed
            self._under_way += is_let_in
        try:
            yield is_let_in
        finally:
            with self._changed:
                self._under_way -= is_let_in
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._under_way)
