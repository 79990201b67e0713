"""The loopback server on a port that somebody chose, until it is asked to end.

The end is an orderly one: no call is broken off, and the answer of each that was carried out goes
out. A client that comes meanwhile finds nobody, and tries again as it does after a crash.
"""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from orchestrator.state.loopback import LOOPBACK, LoopbackServer, serving
from orchestrator.state.loopback_bodies import BodyLimits
from orchestrator.state.protocol.app import App
from orchestrator.state.serving.clients import ConnectedClients
from orchestrator.state.serving.errors import ServingPortError

DEFAULT_PORT = 8347
"""One port for all time: a CLI keeps its login, and a `service` state its keys, by the URL."""

# What a client may take to read its last answer before it is left alone.
_FAREWELL_SECONDS = 10.0


class ServingServer(LoopbackServer):
    """Serves an App on a chosen port. Raises ServingPortError."""

    def __init__(
        self, app: App, clients: ConnectedClients, *, port: int, limits: BodyLimits
    ) -> None:
        self._chosen_port = port
        self._clients = clients
        self._open = _OpenConnections()
        try:
            super().__init__(app, limits)
        except OSError as error:
            raise _no_port(port, error) from error

    def server_bind(self) -> None:
        self.server_address = (LOOPBACK, self._chosen_port)
        super().server_bind()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._clients.connection(client_address, (LOOPBACK, self.server_port)):
            super().process_request_thread(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._open.remove(request)

    def close_calls(self) -> None:
        """Take no further request; return when the answers to those that came have been sent."""
        self._open.hang_up()
        self._open.await_none(_FAREWELL_SECONDS)
        super().close_calls()


@contextmanager
def serve_on_port(
    app: App,
    clients: ConnectedClients,
    *,
    port: int,
    limits: BodyLimits = BodyLimits(),  # noqa: B008 - frozen
) -> Iterator[ServingServer]:
    """Serve until the block ends; port 0 takes a free one. Raises ServingPortError."""
    with serving(ServingServer(app, clients, port=port, limits=limits)) as server:
        yield server


class _OpenConnections:
    """The connections that a thread is at work on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._sockets: set[socket.socket] = set()

    def add(self, connection: socket.socket) -> None:
        with self._changed:
            self._sockets.add(connection)

    def remove(self, connection: socket.socket) -> None:
        with self._changed:
            self._sockets.discard(connection)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Each of them reads no further request; an answer still goes out."""
        with self._changed:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    def await_none(self, timeout_seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._sockets, timeout_seconds)


def _no_port(port: int, error: OSError) -> ServingPortError:
    if error.errno == errno.EADDRINUSE:
        return ServingPortError(
            f"somebody else listens on port {port}",
            way_out="if that is `hoist state serve`, log in there; else end it, "
            "or choose another port with --port and keep to it",
        )
    return ServingPortError(
        f"this machine does not let us listen on port {port}",
        way_out="choose a port from 1024 on with --port",
    )
