"""The language runtime that the engine connects to (`pulumi up --client 127.0.0.1:PORT`).

It forwards bytes: what a RunRequest says is for the program's process to read, and the answers to
all other questions are empty messages, which protobuf encodes as no bytes at all.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc

from orchestrator.engine.host.errors import ProgramHostError
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.output import LineConsumer, OutputSink
from orchestrator.engine.redaction import Redactor

SERVICE = "pulumirpc.LanguageRuntime"

# One for the run, the others for questions meanwhile.
SERVER_THREADS = 4

# Plugins are found by version when resources register: nothing is required beforehand, and there
# is nothing to say about the host itself.
EMPTY_ANSWERS = (
    "Handshake",
    "About",
    "GetPluginInfo",
    "GetRequiredPackages",
    "GetRequiredPlugins",
    "GetProgramDependencies",
)

Rpc = Callable[[bytes, grpc.ServicerContext], bytes]


class LanguageHost:
    """Serves one program to one engine."""

    def __init__(
        self, zygote: Zygote, request: ProgramRequest, *, new_output: Callable[[], OutputSink]
    ) -> None:
        self._zygote = zygote
        self._request = request
        self._new_output = new_output
        self._mutex = threading.Lock()
        self._control: socket.socket | None = None
        self._is_cancelled = False

    def run(self, run_request: bytes, context: grpc.ServicerContext) -> bytes:
        """Answer `Run`: a fresh process each time, as `up` asks twice when it previews first."""
        try:
            return self._zygote.run(
                self._request, run_request, on_start=self._started, output=self._new_output()
            )
        except ProgramHostError as error:
            # The engine shows this text as the reason, and nothing of ours beside it.
            context.abort(grpc.StatusCode.ABORTED, f"{error.message}. {error.way_out}")
            raise

    def cancel(self) -> None:
        """End the program that runs, and any that starts later."""
        with self._mutex:
            self._is_cancelled = True
            if self._control:
                _shut_down(self._control)

    def _started(self, control: socket.socket) -> None:
        with self._mutex:
            self._control = control
            if self._is_cancelled:
                _shut_down(control)

    def handlers(self) -> "grpc.GenericRpcHandler[bytes, bytes]":
        methods: dict[str, Rpc] = {name: _empty for name in EMPTY_ANSWERS}
        methods["Run"] = self.run
        methods["Cancel"] = self._cancel_rpc
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {name: grpc.unary_unary_rpc_method_handler(rpc) for name, rpc in methods.items()},
        )

    def _cancel_rpc(self, _request: bytes, _context: grpc.ServicerContext) -> bytes:
        self.cancel()
        return b""


@contextmanager
def serve_program(
    zygote: Zygote,
    request: ProgramRequest,
    *,
    on_output: LineConsumer,
    redactor: Redactor = Redactor(()),  # noqa: B008 - immutable
) -> Iterator[str]:
    """Serve a program until the block ends; yields the address for `--client`.

    `on_output` gets what the program prints and logs, line by line and redacted, in another
    thread; if it raises, it is not called again and the program runs on.
    """

    def new_output() -> OutputSink:
        return OutputSink(redactor=redactor, consumer=on_output)

    host = LanguageHost(zygote, request, new_output=new_output)
    threads = ThreadPoolExecutor(SERVER_THREADS, thread_name_prefix="language-host")
    server = grpc.server(threads, options=(("grpc.so_reuseport", 0),))
    server.add_generic_rpc_handlers((host.handlers(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        host.cancel()
        server.stop(grace=None).wait()
        threads.shutdown()


def _empty(_request: bytes, _context: grpc.ServicerContext) -> bytes:
    return b""


def _shut_down(control: socket.socket) -> None:
    try:
        control.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The program has ended by itself.
        return
