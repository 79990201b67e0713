"""The front's listener on 127.0.0.1: a thread per connection."""

import logging
import socketserver
import sys
import threading
from types import TracebackType
from typing import Any

from hoist.clock import Clock, SystemClock
from local.emulator_health import HOST
from local.front.connection import Connection
from local.front.gateway import Gateway, Iam, OpenToAll
from local.front.invoker import Invoker
from local.front.limits import Limits
from local.front.request_context import ApiIdentity

# How long the end may wait for the listener to notice it.
_STOP_POLL_SECONDS = 0.05

log = logging.getLogger(__name__)


class Listener(socketserver.ThreadingTCPServer):
    """Accepts connections for one gateway."""

    daemon_threads = True
    # A client that keeps its connection must not hold up the end.
    block_on_close = False
    # The address is the same after a restart.
    allow_reuse_address = True
    request_queue_size = 64
    gateway: Gateway

    def __init__(self, port: int, limits: Limits) -> None:
        self.limits = limits
        super().__init__((HOST, port), Connection)

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A fault in one connection ends this connection alone."""
        log.error("connection_failed", exc_info=sys.exception())


class FrontServer:
    """Serves one function over HTTP for a `with` block; its port is taken at once.

    Raises OSError if somebody has the port.
    """

    def __init__(
        self,
        invoker: Invoker,
        *,
        port: int = 0,
        clock: Clock = SystemClock(),  # noqa: B008 - it has no state
        limits: Limits = Limits(),  # noqa: B008 - frozen
        account: str = "000000000000",
        iam: Iam = OpenToAll(),  # noqa: B008 - it has no state
    ) -> None:
        self._listener = Listener(port, limits)
        api = ApiIdentity(f"{HOST}:{self.port}", account)
        self._listener.gateway = Gateway(
            invoker, api, port=self.port, clock=clock, limits=limits, iam=iam
        )
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_STOP_POLL_SECONDS,), daemon=True
        )

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> "FrontServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
