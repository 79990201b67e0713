"""Fetching files from a server on this machine."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.engine_binary.download import HttpDownloader
from local.errors import EngineStepError

BODY = bytes(range(256)) * 4096


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path:
            case "/whole":
                self._answer(200, len(BODY), BODY)
            case "/early-end":
                self._answer(200, len(BODY), BODY[:1000])
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/whole")
                self.end_headers()
            case "/no-http":
                self.wfile.write(b"what?\r\n\r\n")
            case _:
                self._answer(404, 4, b"gone")

    def _answer(self, status: int, length: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that answers well and badly, by path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetch(url: str, *, at_most: int = len(BODY)) -> tuple[bytes, list[tuple[int, int | None]]]:
    sink, seen = io.BytesIO(), list[tuple[int, int | None]]()
    HttpDownloader().fetch(
        url, sink, at_most=at_most, on_bytes=lambda *numbers: seen.append(numbers)
    )
    return sink.getvalue(), seen


def test_fetches_the_whole_file_and_tells_how_far(address: str) -> None:
    """The file arrives whole, and the last report is that all of it is there."""
    body, seen = fetch(f"{address}/whole")

    assert body == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert seen == sorted(seen)


def test_follows_a_redirect(address: str) -> None:
    """A release that is kept elsewhere is fetched from there."""
    assert fetch(f"{address}/moved")[0] == BODY


def test_a_body_that_ends_early_is_an_error(address: str) -> None:
    """A connection that closes before the announced length is noticed."""
    with pytest.raises(EngineStepError, match=r"/early-end (ended after 1000 of|broke off)"):
        fetch(f"{address}/early-end")


def test_a_missing_file_is_an_error_with_the_status(address: str) -> None:
    """An answer other than success is named by its status."""
    with pytest.raises(EngineStepError, match=r"/gone answered 404"):
        fetch(f"{address}/gone")


def test_a_file_that_is_too_large_is_refused(address: str) -> None:
    """No more than the limit is written."""
    with pytest.raises(EngineStepError, match="larger than the 1000 bytes"):
        fetch(f"{address}/whole", at_most=1000)


def test_a_server_that_speaks_something_else_is_an_error(address: str) -> None:
    """An answer that is not HTTP is a failed step, not a crash."""
    with pytest.raises(EngineStepError, match="/no-http"):
        fetch(f"{address}/no-http")


def test_a_closed_port_is_an_error() -> None:
    """A host that cannot be reached is named."""
    with pytest.raises(EngineStepError, match=r"http://127\.0\.0\.1:9/x cannot be reached"):
        fetch("http://127.0.0.1:9/x")
