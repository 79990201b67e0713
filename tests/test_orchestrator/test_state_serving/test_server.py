"""The server on a port that was chosen, and its orderly end."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoist.clock import SystemClock
from hoist.secret import Secret
from orchestrator.state.holders import ProcessHolders, this_process
from orchestrator.state.names import StackName
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from orchestrator.state.serving.app import ServingApp
from orchestrator.state.serving.clients import ConnectedClients
from orchestrator.state.serving.errors import ServingPortError
from orchestrator.state.serving.server import ServingServer, serve_on_port
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.memory import in_memory_storage
from protocol_client import TOKEN, ProtocolClient
from raw_http import RawConnection, connected, request_bytes, send_over

DEV = StackName("shop", "dev")
ACCESS = WholeStoreAccess(Secret(TOKEN))
PATIENCE_SECONDS = 20


class SlowApp(ServingApp):
    """Answers when it is told to; counts what it was asked."""

    def __init__(self) -> None:
        service = StateService.over(
            in_memory_storage(), holders=ProcessHolders(), clock=SystemClock()
        )
        super().__init__(service, ACCESS, clients=ConnectedClients())
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        self.done: list[str] = []

    def handle(self, request: Request) -> Answer:
        self.begun.release()
        assert self.go_on.wait(PATIENCE_SECONDS)
        self.done.append(request.path)
        return Answer.of({"path": request.path})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServingServer]:
    """The state service on a folder, served on a free port."""
    clients = ConnectedClients()
    service = StateService.over(
        directory_storage(tmp_path), holders=ProcessHolders(), clock=SystemClock()
    )
    app = ServingApp(service, ACCESS, clients=clients)
    with serve_on_port(app, clients, port=0) as running:
        yield running


def client_of(server: ServingServer) -> ProtocolClient:
    return ProtocolClient(lambda request: send_over(server, request), DEV)


def test_an_update_over_http(server: ServingServer) -> None:
    """Each call may come by a connection of its own; the process of the start is the holder."""
    client = client_of(server)
    assert client.create_stack().is_ok
    update = client.open_update()

    refused = client.create_update().start()

    assert refused.status == 409
    assert str(this_process()) in refused.message
    assert update.complete().is_ok


def test_the_same_port_again() -> None:
    """A server that has ended leaves its port to the next one at once."""
    app = SlowApp()
    with serve_on_port(app, ConnectedClients(), port=0) as first:
        with connected(first) as connection:
            app.go_on.set()
            connection.send(request_bytes(first))
            assert connection.answer() is not None
        port = first.server_port

    with serve_on_port(app, ConnectedClients(), port=port) as second:
        assert second.url == f"http://127.0.0.1:{port}"


def test_a_taken_port_is_told(server: ServingServer) -> None:
    """Somebody else on the port is an error that says what to do."""
    with (
        pytest.raises(ServingPortError, match=f"listens on port {server.server_port}") as refused,
        serve_on_port(SlowApp(), ConnectedClients(), port=server.server_port),
    ):
        pass

    assert "--port" in refused.value.way_out


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "0.0.0.0:{port}", ""])
def test_a_foreign_host_is_refused(server: ServingServer, host: str) -> None:
    """A web page whose name was pointed here gets nothing."""
    named = host.format(port=server.server_port)
    with connected(server) as connection:
        connection.send(request_bytes(server, Host=named, Authorization=f"token {TOKEN}"))
        answer = connection.answer()

    assert answer is not None
    assert answer.status == 403


def test_the_end_breaks_nothing_off() -> None:
    """Calls under way are carried out and answered; idle connections do not hold up the end."""
    app = SlowApp()
    with ExitStack() as connections:
        with serve_on_port(app, ConnectedClients(), port=0) as server:
            idle, *busy = [connections.enter_context(connected(server)) for _ in range(4)]
            for connection in busy:
                connection.send(request_bytes(server))
            for _ in busy:
                assert app.begun.acquire(timeout=PATIENCE_SECONDS)
            threading.Timer(0.2, app.go_on.set).start()

        assert len(app.done) == len(busy)
        for connection in busy:
            answer = connection.answer()
            assert answer is not None
            assert answer.document == {"path": "/api/user"}
        assert idle.answer() is None


def test_nothing_begins_after_the_end() -> None:
    """A request that comes too late is not carried out, and its connection is closed."""
    app = SlowApp()
    app.go_on.set()
    with serve_on_port(app, ConnectedClients(), port=0) as server:
        late = RawConnection(server.server_port)
        late.send(request_bytes(server))
        assert late.answer() is not None
        request = request_bytes(server)

    late.send(request)

    assert late.answer() is None
    assert len(app.done) == 1
    late.close()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD"]),
    path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    body=st.binary(max_size=80),
)
def test_any_request(server: ServingServer, method: str, path: str, body: bytes) -> None:
    """Whatever is asked, with the token, the answer is no fault of ours."""
    prefix = "/api/stacks/organization/shop/dev"
    for address in (f"/{path}", f"{prefix}/{path}", f"{prefix}/update/upd-{path}"):
        with connected(server) as connection:
            connection.send(
                request_bytes(server, method, address, body=body, Authorization=f"token {TOKEN}")
            )
            answer = connection.answer(has_body=method != "HEAD")
        assert answer is None or answer.status < 500
