"""The front over real sockets, with requests that no HTTP library would send."""

import http.client
import json
from collections.abc import Iterator

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from front_client import RecordingHandler, answer_to, connected, request_bytes, serving
from local.front.limits import Limits
from local.front.server import FrontServer
from raw_http import RawConnection


@pytest.fixture
def handler() -> RecordingHandler:
    return RecordingHandler()


@pytest.fixture
def server(handler: RecordingHandler) -> Iterator[FrontServer]:
    with serving(handler) as running:
        yield running


@pytest.fixture
def connection(server: FrontServer) -> Iterator[RawConnection]:
    with connected(server) as opened:
        yield opened


def test_it_listens_on_loopback_alone(server: FrontServer) -> None:
    """Nobody from outside of this machine reaches it."""
    listening = {
        found.laddr.ip
        for found in psutil.Process().net_connections()
        if found.status == psutil.CONN_LISTEN and found.laddr.port == server.port
    }
    assert listening == {"127.0.0.1"}
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_one_connection_serves_many_requests(
    server: FrontServer, handler: RecordingHandler, connection: RawConnection
) -> None:
    """Requests follow each other on a connection, also when they are sent all at once."""
    paths = [f"/v1/{number}" for number in range(5)]
    connection.send(b"".join(request_bytes(server, target=path) for path in paths))

    answers = [connection.answer() for _ in paths]

    assert [answer.body if answer else None for answer in answers] == [b"done"] * 5
    assert [event["path"] for event in handler.events] == paths


def test_a_client_that_wants_to_close(server: FrontServer, connection: RawConnection) -> None:
    """The connection is closed after the answer where the client asks for it."""
    connection.send(request_bytes(server, "GET", "/v1", ("Connection", "close")))

    answer = connection.answer()

    assert answer is not None
    assert answer.closes
    assert connection.is_closed()


def test_chunks(server: FrontServer, handler: RecordingHandler, connection: RawConnection) -> None:
    """A body in chunks arrives whole, and the connection goes on after it."""
    headers = [("Transfer-Encoding", "chunked"), ("Content-Type", "text/plain")]
    chunks = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
    connection.send(request_bytes(server, "POST", "/v1", *headers) + chunks)
    connection.send(request_bytes(server))

    statuses = [answer.status if (answer := connection.answer()) else None for _ in range(2)]

    assert statuses == [200, 200]
    assert handler.events[0]["body"] == "abcde"


def test_a_client_that_waits_before_its_body(
    server: FrontServer, handler: RecordingHandler, connection: RawConnection
) -> None:
    """A client that asks whether to send its body is told to go on."""
    headers = [
        ("Expect", "100-continue"),
        ("Content-Length", "4"),
        ("Content-Type", "text/plain"),
    ]
    connection.send(request_bytes(server, "PUT", "/v1", *headers))

    invited = connection.answer(has_body=False)
    connection.send(b"body")
    answer = connection.answer()

    assert invited is not None
    assert answer is not None
    assert (invited.status, answer.status) == (100, 200)
    assert handler.event["body"] == "body"


def test_a_client_that_waits_and_is_refused(server: FrontServer, handler: RecordingHandler) -> None:
    """A body that is too long is refused before it is sent."""
    headers = [("Expect", "100-continue"), ("Content-Length", str(10 * 1024 * 1024 + 1))]

    answer = answer_to(server, request_bytes(server, "PUT", "/v1", *headers))

    assert (answer.status, handler.events) == (413, [])


def test_a_body_above_the_limit(server: FrontServer, handler: RecordingHandler) -> None:
    """A client that sends too much reads the refusal, though it sent everything first."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1", b"a" * (10 * 1024 * 1024 + 1))

    answer = connection.getresponse()

    assert answer.status == 413
    told = {"message": "HTTP content length exceeded 10485760 bytes.", "code": 413}
    assert json.loads(answer.read()) == told
    assert handler.events == []
    connection.close()


def test_the_largest_body(server: FrontServer, handler: RecordingHandler) -> None:
    """A body at the limit reaches the function."""
    body = b"a" * (10 * 1024 * 1024)
    sent = request_bytes(server, "POST", "/v1", ("Content-Type", "text/plain"), body=body)

    assert answer_to(server, sent).status == 200
    assert len(handler.event["body"]) == len(body)


@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "attacker.example")],
        [("Host", "127.0.0.1")],
        [("Origin", "https://attacker.example")],
        [("Origin", "null")],
    ],
)
def test_other_sites_are_refused(
    server: FrontServer, handler: RecordingHandler, headers: list[tuple[str, str]]
) -> None:
    """A request for another name or from another site's page is refused, health included."""
    for target in ("/v1/stacks", "/_front/health"):
        answer = answer_to(server, request_bytes(server, "GET", target, *headers))
        assert (answer.status, answer.closes) == (403, True)
    assert handler.events == []


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nA: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: {host}\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
        b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
        b"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip\r\n\r\nabc",
    ],
)
def test_malformed_requests(server: FrontServer, handler: RecordingHandler, data: bytes) -> None:
    """A malformed request is answered once, as a bad one, and the connection is closed."""
    host = f"127.0.0.1:{server.port}".encode()

    with connected(server) as connection:
        connection.send(data.replace(b"{host}", host))
        connection.end_sending()
        answer = connection.answer()

        assert answer is not None
        assert (answer.status, answer.closes) == (400, True)
        assert set(answer.document) == {"message"}
        assert connection.is_closed()
    assert handler.events == []


@pytest.mark.parametrize("sent", [b"", b"GET /v1 HT", b"POST /v1 HTTP/1.1\r\nContent-Len"])
def test_a_client_that_goes_away(server: FrontServer, sent: bytes) -> None:
    """A client that leaves in the middle of a request harms nobody."""
    with connected(server) as connection:
        connection.send(sent)

    assert answer_to(server, request_bytes(server)).status == 200


def test_a_silent_client_is_let_go() -> None:
    """A connection that says nothing for long is closed."""
    limits = Limits(silence_seconds=0.05)

    with serving(RecordingHandler(), limits=limits) as server, connected(server) as connection:
        connection.send(b"GET /v1 HTTP/1.1\r\n")

        assert connection.is_closed()


def test_answers_without_a_body(server: FrontServer, handler: RecordingHandler) -> None:
    """HEAD, 204 and 304 have no body, so that the next answer is not taken for one."""
    with connected(server) as connection:
        connection.send(request_bytes(server, "HEAD"))
        head = connection.answer(has_body=False)
        assert head is not None
        assert head.headers["content-length"] == "4"
        for status in (204, 304):
            handler.answer = {"statusCode": status, "body": "not to be sent"}
            connection.send(request_bytes(server))
            answer = connection.answer(has_body=False)
            assert answer is not None
            assert (answer.status, "content-length" in answer.headers) == (status, False)
        handler.answer = {"statusCode": 299, "body": "last"}
        connection.send(request_bytes(server))
        last = connection.answer()

    assert last is not None
    assert (last.status, last.body) == (299, b"last")


def test_it_survives_any_bytes(server: FrontServer) -> None:
    """Whatever is sent, there are whole answers and then an end; the next client is served."""

    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=8))
    def send(pieces: list[bytes]) -> None:
        host = f"127.0.0.1:{server.port}".encode()
        with connected(server) as connection:
            connection.send(b"".join(pieces).replace(b"{host}", host))
            connection.end_sending()
            while answer := connection.answer():
                assert answer.status in (200, 400, 403, 405, 413, 415)

    send()
    assert answer_to(server, request_bytes(server)).status == 200


PIECES = [
    b"GET /v1 HTTP/1.1\r\n",
    b"POST /v1?a=%ff HTTP/1.1\r\n",
    b"Host: {host}\r\n",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Expect: something\r\n",
    b"\r\n",
    b"3\r\nabc\r\n",
    b"0\r\n\r\n",
    b"abc",
]
