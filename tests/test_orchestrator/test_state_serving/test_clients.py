"""Who is at the other end of a connection."""

import signal
import socket
import subprocess
import sys

from engine_children import eventually
from orchestrator.state.holders import ProcessHolders, this_process
from orchestrator.state.records import Holder
from orchestrator.state.serving.clients import ConnectedClients, process_between

CONNECTS = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("connected", flush=True)
sys.stdin.readline()
"""


def test_the_process_of_a_connection_is_found() -> None:
    """It is the client, which can be proven gone once it is killed, and not before."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = listening.getsockname()
        client = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", CONNECTS, str(server[1])], stdin=subprocess.PIPE
        )
        connection, address = listening.accept()
        clients = ConnectedClients()
        with client, connection, clients.connection(address, server):
            holder = clients.holder()
            assert not ProcessHolders().is_gone(holder)
            client.send_signal(signal.SIGKILL)
            assert eventually(lambda: ProcessHolders().is_gone(holder))

    assert holder.pid == client.pid
    assert (holder.host, holder.machine) == (this_process().host, this_process().machine)


def test_a_client_in_this_process_is_this_process() -> None:
    """The holder is the one that anybody else would make of the process."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as ours,
    ):
        clients = ConnectedClients()
        with clients.connection(ours.getsockname(), listening.getsockname()):
            assert clients.holder() == this_process()


def test_without_a_connection_nobody_holds() -> None:
    """An unknown client is nobody, of whom nothing can be proven."""
    clients = ConnectedClients()
    assert clients.holder() == Holder()

    with clients.connection(("127.0.0.1", 1), ("127.0.0.1", 2)):
        assert clients.holder() == Holder()

    assert process_between(("127.0.0.1", 1), ("127.0.0.1", 2)) is None
    assert not ProcessHolders().is_gone(Holder())
