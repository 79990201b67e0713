"""The loopback port: whatever comes in, it answers or closes, and goes on serving the others."""

import gzip
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoist.secret import Secret
from journals import batch
from orchestrator.state.loopback import LoopbackServer, serve_loopback
from orchestrator.state.loopback_bodies import BodyLimits
from orchestrator.state.protocol.access import SingleStackAccess
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.http import Answer, Request
from protocol_client import TOKEN, ProtocolClient
from raw_http import RawAnswer, RawConnection, connected, request_bytes, send_over
from state_sites import DEV, HOLDER, Site, creation, names_in

pytestmark = pytest.mark.thorough

LIMITS = BodyLimits(sent_bytes=100_000, unpacked_bytes=200_000, seconds=1)
AUTHORIZATION = f"token {TOKEN}"
PATH = f"/api/stacks/organization/{DEV.project}/{DEV.stack}"


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """One server for all: none of the tests may harm it."""
    site = Site()
    site.client_with_stack()
    with serve_loopback(site.app(), limits=LIMITS) as server:
        yield server


@pytest.fixture(autouse=True)
def still_serves(server: LoopbackServer) -> Iterator[None]:
    """After every test the server answers as before."""
    yield
    assert_serves(server)


def assert_serves(server: LoopbackServer) -> None:
    with connected(server) as connection:
        assert get(server, connection).status == 200


def get(server: LoopbackServer, connection: RawConnection) -> RawAnswer:
    connection.send(request_bytes(server, Authorization=AUTHORIZATION))
    answer = connection.answer()
    assert answer is not None
    return answer


def exchange(server: LoopbackServer, data: bytes) -> RawAnswer | None:
    """Send bytes and nothing more; the answer, or None if the server closed."""
    with connected(server) as connection:
        connection.send(data)
        connection.end_sending()
        return connection.answer()


def test_whole_update_over_the_wire() -> None:
    """The protocol is the same over HTTP as without."""
    site = Site()
    with serve_loopback(site.app()) as server:
        client = ProtocolClient(partial(send_over, server), DEV)
        assert client.call("HEAD", client.project_path).status == 404
        assert client.create_stack().is_ok
        client.run_update(*creation("a"))

        assert names_in(client.export().document) == ["a"]
        assert client.history(pageSize="10", page="1")[0]["result"] == "succeeded"
        assert client.delete_stack(force=True).status == 204


def test_gzip_body(server: LoopbackServer) -> None:
    """Journal batches come compressed, and are stored as they were meant."""
    client = ProtocolClient(partial(send_over, server), DEV)
    update = client.open_update()
    body = gzip.compress(batch(*creation("a")))
    with connected(server) as connection:
        connection.send(
            request_bytes(
                server,
                "PATCH",
                f"{update.path}/journalentries",
                body=body,
                Authorization=f"update-token {update.lease}",
                Content_Encoding="gzip",
            )
        )
        answer = connection.answer()
    assert answer is not None
    assert answer.status == 200
    assert update.append(*creation("a")).is_ok
    assert update.complete().is_ok


def test_bound_to_loopback_only(server: LoopbackServer) -> None:
    """Nobody outside of this machine can reach it."""
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.socket.family is socket.AF_INET
    assert server.url == f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "[::1]:80", "", "0.0.0.0"]
)
def test_foreign_host_is_refused(server: LoopbackServer, host: str) -> None:
    """A page whose name was pointed at this machine gets nothing, though it knew the token."""
    answer = exchange(server, request_bytes(server, Host=host, Authorization=AUTHORIZATION))

    assert answer is not None
    assert (answer.status, answer.document["code"], answer.closes) == (403, 403, True)


def test_own_hosts(server: LoopbackServer) -> None:
    """Its address and `localhost`, with the port, are its own."""
    for host in ("127.0.0.1", "localhost"):
        named = f"{host}:{server.server_port}"
        answer = exchange(server, request_bytes(server, Host=named, Authorization=AUTHORIZATION))
        assert answer is not None
        assert answer.status == 200


def test_host_is_needed_once(server: LoopbackServer) -> None:
    """Without a host, or with two, it is nobody's request."""
    own = f"Host: 127.0.0.1:{server.server_port}\r\n"
    for hosts in ("", own + "Host: evil.example\r\n", own + own):
        answer = exchange(server, f"GET /api/user HTTP/1.1\r\n{hosts}\r\n".encode())
        assert answer is not None
        assert answer.status == 403


@pytest.mark.parametrize(
    "length", ["x", "-1", "+5", "1.0", "0x10", "1_0", "٣", "", " ", "9" * 30, "5, 5", "5 5"]
)
def test_bad_length(server: LoopbackServer, length: str) -> None:
    """A length that is none is refused, and the connection closed: the end is not known."""
    data = request_bytes(server, "POST", PATH + "/update", Authorization=AUTHORIZATION)
    head = f"Content-Length: {length}\r\n\r\n".encode()

    answer = exchange(server, data[:-2] + head + b"{}...")

    assert answer is not None
    assert (answer.status, answer.closes) == (400, True)
    assert answer.document["code"] == 400


def test_two_lengths(server: LoopbackServer) -> None:
    """Two different lengths are one too many; the same twice is harmless."""
    proper = request_bytes(server, "POST", PATH + "/update", Authorization=AUTHORIZATION)[:-2]
    for lengths, is_good in (((2, 3), False), ((2, 2), True)):
        head = "".join(f"Content-Length: {length}\r\n" for length in lengths)
        answer = exchange(server, proper + head.encode() + b"\r\n{}")
        assert answer is not None
        assert (answer.status, answer.closes) == ((200, False) if is_good else (400, True))


def test_transfer_encoding_is_refused(server: LoopbackServer) -> None:
    """The CLI always sends a length; a chunked body would be taken for the next request."""
    answer = exchange(
        server,
        request_bytes(
            server,
            "POST",
            PATH + "/update",
            Authorization=AUTHORIZATION,
            Transfer_Encoding="chunked",
        )
        + b"2\r\n{}\r\n0\r\n\r\n",
    )

    assert answer is not None
    assert (answer.status, answer.closes) == (400, True)


def test_no_length_is_no_body(server: LoopbackServer) -> None:
    """A request without a length has no body."""
    answer = exchange(server, request_bytes(server, "POST", f"{PATH}/update/x/cancel"))

    assert answer is not None
    assert answer.status == 401


def test_body_too_large(server: LoopbackServer) -> None:
    """It is refused before it is read, and the client, which is still sending, gets the answer."""
    body = b"x" * (LIMITS.sent_bytes * 50)
    with connected(server) as connection:
        connection.send(request_bytes(server, "POST", "/api/x", body=body))
        answer = connection.answer()
        assert answer is not None
        assert (answer.status, answer.document["code"], answer.closes) == (413, 413, True)
        assert "smaller parts" in answer.document["message"]
        assert connection.is_closed()


def test_announced_too_large(server: LoopbackServer) -> None:
    """A client that waits for the answer before it sends its body gets it."""
    data = request_bytes(server, "POST", "/api/x", Content_Length=str(10**15))
    with connected(server) as connection:
        connection.send(data)
        answer = connection.answer()
        assert answer is not None
        assert answer.status == 413


def test_largest_body(server: LoopbackServer) -> None:
    """A body of exactly the limit is taken."""
    body = b" " * LIMITS.sent_bytes
    answer = exchange(server, request_bytes(server, "POST", "/api/none", body=body))

    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize(
    ("unpacked", "status"),
    [(LIMITS.unpacked_bytes, 401), (LIMITS.unpacked_bytes + 1, 413), (50_000_000, 413)],
)
def test_gzip_bomb(server: LoopbackServer, unpacked: int, status: int) -> None:
    """What unpacks to more than the limit is refused, without being unpacked further; the
    connection, whose next request is in its place, goes on."""
    body = gzip.compress(b" " * unpacked)
    assert len(body) < LIMITS.sent_bytes
    with connected(server) as connection:
        data = request_bytes(server, "POST", PATH + "/update", body=body, Content_Encoding="gzip")
        connection.send(data)
        answer = connection.answer()
        assert answer is not None
        assert answer.status == status
        assert get(server, connection).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no gzip",
        gzip.compress(b"{}")[:-1],
        gzip.compress(b"{}" * 1000)[:20],
        gzip.compress(b"{}") + b"more",
        gzip.compress(b"{}") + gzip.compress(b"{}"),
        zlib.compress(b"{}"),
        gzip.compress(b"{}")[:-8] + b"\x00" * 8,
    ],
    ids=range(8),
)
def test_damaged_gzip(server: LoopbackServer, body: bytes) -> None:
    """A body that does not unpack, or not to its end, is refused; the connection goes on."""
    with connected(server) as connection:
        data = request_bytes(server, "POST", PATH + "/update", body=body, Content_Encoding="gzip")
        connection.send(data)
        answer = connection.answer()
        assert answer is not None
        assert (answer.status, answer.document["code"]) == (400, 400)
        assert get(server, connection).status == 200


def test_other_content_encoding(server: LoopbackServer) -> None:
    """An encoding that is not understood is not taken for none."""
    answer = exchange(server, request_bytes(server, "POST", PATH, body=b"x", Content_Encoding="br"))

    assert answer is not None
    assert answer.status == 400


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\r\n", None),
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /api/user HTTP/9.9\r\n\r\n", 505),
        (b"GET /api/user HTTP/x\r\n\r\n", 400),
        (b"GET  /api/user  HTTP/1.1\r\n\r\n", 403),
        (b"GET /api/user extra HTTP/1.1\r\n\r\n", 400),
        (b"BREW /api/user HTTP/1.1\r\n\r\n", 501),
        (b"PUT /api/user HTTP/1.1\r\n\r\n", 501),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n : x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"\x00" * 1000 + b"\r\n\r\n", 400),
        (b"", None),
        (b"GET / HTT", None),
    ],
    ids=range(18),
)
def test_bad_head(server: LoopbackServer, data: bytes, status: int | None) -> None:
    """A head that is none gets a JSON answer without an echo of it, or the connection is closed."""
    answer = exchange(server, data)

    if answer is not None:
        assert answer.status == status or status is None
        assert answer.document["code"] == answer.status
        assert answer.closes
        assert b"Traceback" not in answer.body
        assert b"GARBAGE" not in answer.body
    else:
        assert status is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "*",
        "//[x/api",
        "http://[/api/user",
        "http://evil.example/api/user",
        "/api/none?" + "a=b&" * 5000,
        "/api/stacks/organization/shop/dev/updates?page=%ff&pageSize=%00",
        "/api/stacks/organization/%ff/dev",
        "/api/stacks/organization/shop/dev/update/" + "u" * 5000,
        "/api/stacks/organization/shop/dev/export/" + "9" * 5000,
        "/..%2f..%2fetc",
    ],
)
def test_odd_path(server: LoopbackServer, path: str) -> None:
    """An odd path is not found or refused, and the connection goes on."""
    with connected(server) as connection:
        connection.send(request_bytes(server, "GET", path, Authorization=AUTHORIZATION))
        answer = connection.answer()
        assert answer is not None
        assert 400 <= answer.status < 500
        assert get(server, connection).status == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[" * 50_000, b'{"a":' * 20_000, b"null"])
def test_bad_json(server: LoopbackServer, body: bytes) -> None:
    """A body that is no JSON object is refused, and the connection goes on."""
    with connected(server) as connection:
        connection.send(
            request_bytes(server, "POST", PATH + "/update", body=body, Authorization=AUTHORIZATION)
        )
        answer = connection.answer()
        assert answer is not None
        assert answer.status == 400
        assert get(server, connection).status == 200


def test_requests_in_a_row(server: LoopbackServer) -> None:
    """Requests that are sent before the answers to those before them are answered in order."""
    with connected(server) as connection:
        good = request_bytes(server, Authorization=AUTHORIZATION)
        bad = request_bytes(server, "GET", "/none")
        connection.send(good + bad + good)
        statuses = []
        for _ in range(3):
            answer = connection.answer()
            assert answer is not None
            statuses.append(answer.status)
    assert statuses == [200, 404, 200]


def test_head_has_no_body(server: LoopbackServer) -> None:
    """An answer to HEAD is a head, and the next answer follows it."""
    with connected(server) as connection:
        path = "/api/stacks/organization/none"
        connection.send(request_bytes(server, "HEAD", path, Authorization=AUTHORIZATION))
        answer = connection.answer(has_body=False)
        assert answer is not None
        assert answer.status == 404
        assert get(server, connection).status == 200


def test_client_that_closes_in_the_middle(server: LoopbackServer) -> None:
    """Half a head, half a body, no look at the answer: the server goes on."""
    data = request_bytes(server, "POST", PATH + "/update", body=b"{}" * 500)
    for end in (1, 10, len(data) // 2, len(data) - 1, len(data)):
        with connected(server) as connection:
            connection.send(data[:end])


def test_half_a_body(server: LoopbackServer) -> None:
    """A body that ends before its length is nothing that could be carried out."""
    data = request_bytes(
        server, "POST", PATH + "/update", body=b"{}" * 10, Authorization=AUTHORIZATION
    )

    answer = exchange(server, data[:-3])

    assert answer is not None
    assert (answer.status, answer.closes) == (400, True)


def test_silent_clients(server: LoopbackServer) -> None:
    """Clients that stop in the middle hold up nobody, and are closed after a while."""
    head = request_bytes(server, "POST", PATH + "/update", Content_Length="100")
    silent = [RawConnection(server.server_port) for _ in range(20)]
    for number, connection in enumerate(silent):
        connection.send(head[:-4] if number % 2 else head)

    assert_serves(server)

    for connection in silent:
        assert connection.is_closed()
        connection.close()


def test_silence_between_requests(server: LoopbackServer) -> None:
    """Between two requests a client may be silent for longer than in the middle of one."""
    with connected(server) as connection:
        assert get(server, connection).status == 200
        threading.Event().wait(LIMITS.seconds * 2)
        assert get(server, connection).status == 200


def test_fault_of_our_own(caplog: pytest.LogCaptureFixture) -> None:
    """A fault in the service is logged, and the client is told nothing of it."""

    class FaultyApp(App):
        def handle(self, request: Request) -> Answer:
            raise ZeroDivisionError("the reason")

    app = FaultyApp(Site().service(), SingleStackAccess(Secret(TOKEN), DEV), holder=HOLDER)
    with serve_loopback(app) as faulty:
        answer = exchange(faulty, request_bytes(faulty))

    assert answer is not None
    assert (answer.status, answer.document) == (500, {"code": 500, "message": "internal error"})
    assert "ZeroDivisionError" in caplog.text


def test_calls_end_with_the_server() -> None:
    """A call that is under way when the block ends is done afterwards; none comes after it."""
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    class SlowApp(App):
        def handle(self, request: Request) -> Answer:
            begun.set()
            go_on.wait(10)
            done.set()
            return Answer()

    app = SlowApp(Site().service(), SingleStackAccess(Secret(TOKEN), DEV), holder=HOLDER)
    with serve_loopback(app) as slow:
        waiting, late = RawConnection(slow.server_port), RawConnection(slow.server_port)
        waiting.send(request_bytes(slow))
        late_request = request_bytes(slow)
        assert begun.wait(10)
        threading.Timer(0.2, go_on.set).start()

    assert done.is_set()
    assert waiting.answer() is not None
    done.clear()
    # It may never have been taken in: then its end is a reset.
    with suppress(ConnectionError):
        late.send(late_request)
        assert late.answer() is None
    assert not done.is_set()
    waiting.close()
    late.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=300))
def test_any_bytes(server: LoopbackServer, data: bytes) -> None:
    """Bytes of any kind get an answer in JSON, or a closed connection."""
    assert_is_json(exchange(server, data))


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD", "PUT", "get", "G T", ""]),
    path=st.sampled_from(["/", PATH, PATH + "/update", PATH + "/export", "/%", "/\x80", ""]),
    version=st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2", "http/1.1", "HTTP/1.1x", ""]),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                ["Host", "Content-Length", "Content-Encoding", "Authorization", "Expect", "X"]
            ),
            st.sampled_from(["", "0", "5", "-5", "gzip", "100-continue", "token x", "\t", "\xff"]),
        ),
        max_size=5,
    ),
    has_host=st.booleans(),
    ending=st.sampled_from(["\r\n", "\n", "\r", ""]),
    body=st.binary(max_size=20),
)
def test_any_request(
    server: LoopbackServer,
    method: str,
    path: str,
    version: str,
    headers: list[tuple[str, str]],
    has_host: bool,
    ending: str,
    body: bytes,
) -> None:
    """Requests that are nearly right get an answer in JSON, or a closed connection."""
    hosts = [("Host", f"127.0.0.1:{server.server_port}")] if has_host else []
    lines = [f"{method} {path} {version}"] + [f"{k}: {v}" for k, v in hosts + headers]
    data = "".join(line + ending for line in [*lines, ""]).encode("latin-1") + body
    with connected(server) as connection:
        connection.send(data)
        connection.end_sending()
        is_head = method == "HEAD"
        answer = connection.answer(has_body=not is_head)
        if not is_head:
            assert_is_json(answer)


def assert_is_json(answer: RawAnswer | None) -> None:
    if answer is None or answer.status == 100:
        return
    assert answer.headers["content-type"] == "application/json"
    assert b"Traceback" not in answer.body
    if answer.status >= 400:
        assert json.loads(answer.body)["code"] == answer.status
