"""One gRPC server in one process: tell the engine the port, serve, go when the engine goes."""

import os
import signal
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from local.provider.provider import Provider
from local.provider.servicer import ProviderServicer

# As many as the engine ever has under way at our settings; threads are made when needed.
MAX_CALLS = 64
# The engine's own limit; gRPC's default of 4 MB would refuse what the engine accepts.
MAX_MESSAGE_BYTES = 400 * 1024 * 1024
# The engine sends SIGINT, waits 5 s and kills: calls under way get what is left of that.
SHUTDOWN_GRACE_SECONDS = 4

_STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})


def start_server(provider: Provider) -> tuple[grpc.Server, int]:
    """A server on a free port of the loopback interface, and that port."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=MAX_CALLS),
        options=[
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ],
    )
    add_ResourceProviderServicer_to_server(ProviderServicer(provider), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(provider: Provider) -> None:
    """Print the port as the engine expects, and serve until it stops us or dies."""
    # Blocked before any thread starts, so that every thread leaves them to the wait below.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    server, port = start_server(provider)
    _follow_engine(sys.stdin.fileno())
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    signal.sigwait(_STOP_SIGNALS)
    server.stop(SHUTDOWN_GRACE_SECONDS).wait()
    _leave()


def _follow_engine(stdin: int) -> None:
    """Leave at once when the engine is gone, however it went.

    It holds the other end of our stdin, which the kernel closes with it. PR_SET_PDEATHSIG would
    not do: the signal comes when the *thread* that started us ends, and the engine's threads come
    and go. Started by hand there is no pipe, and nothing to follow.
    """
    if not stat.S_ISFIFO(os.fstat(stdin).st_mode):
        return

    def wait_for_end() -> None:
        while os.read(stdin, 4096):
            pass
        _leave()

    threading.Thread(target=wait_for_end, daemon=True).start()


def _leave() -> None:
    # No interpreter shutdown: it would wait for threads, and there is nothing left to write.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
