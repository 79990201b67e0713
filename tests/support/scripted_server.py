"""A server whose answers are written down beforehand, over real HTTP: for faults above all."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_STOP_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: a document, or bytes that are none."""

    document: Any = None
    status: int = 200
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    first: Callable[[], None] | None = None
    """What happens before it is sent."""

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.document is None else json.dumps(self.document).encode()


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection is closed in place of an answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class ScriptedServer:
    """Answers each route with its replies one after the other, the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[tuple[str, str], list[Reply | HangUp]] = {}
        self._mutex = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_POLL_SECONDS,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, method: str, path: str, *replies: Reply | HangUp | Any) -> None:
        """What is answered there; anything but a Reply is the document of one."""
        made = [each if isinstance(each, Reply | HangUp) else Reply(each) for each in replies]
        self._replies[method, path] = made

    def asked_for(self, method: str, path: str) -> list[Asked]:
        """The requests that came for a route."""
        return [each for each in self.asked if (each.method, each.path) == (method, path)]

    def reply(self, asked: Asked) -> Reply | HangUp:
        with self._mutex:
            self.asked.append(asked)
            replies = self._replies.get((asked.method, asked.path))
            if not replies:
                return Reply({"code": "not_scripted", "detail": asked.path}, status=404)
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    # A client may keep its connection longer than the test lasts.
    daemon_threads = True
    block_on_close = False
    script: ScriptedServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length", "0"))),
        )
        reply = self.server.script.reply(asked)
        if isinstance(reply, HangUp):
            self.close_connection = True
            return
        if reply.first:
            reply.first()
        self.send_response(reply.status)
        for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    # The base class looks for these names.
    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Tests read what was asked from `asked`."""
