"""One connection of the loopback port: reads requests, has them answered, writes the answers.

Whatever a client sends, it gets an answer or the connection is closed; where one request ends and
the next begins is never guessed.
"""

import logging
import socket
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from hoist.errors import HoistError
from orchestrator.state.errors import BadRequestError
from orchestrator.state.loopback_bodies import body_length, unpacked
from orchestrator.state.protocol.access import AccessDeniedError
from orchestrator.state.protocol.http import Answer, Request, error_answer

if TYPE_CHECKING:
    from orchestrator.state.loopback import LoopbackServer

# A client that is still sending reads no answer; this much of what it sends is thrown away first.
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 512 * 1024 * 1024

log = logging.getLogger(__name__)


class LoopbackHandler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 with one client."""

    protocol_version = "HTTP/1.1"
    server: "LoopbackServer"
    _is_unread = False
    """Whether there may be more of a request that was refused before its end."""

    def setup(self) -> None:
        super().setup()
        # Answers are small; waiting to fill a segment would cost 40 ms each.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def parse_request(self) -> bool:
        # Between requests the engine may be silent for as long as a resource takes.
        self.connection.settimeout(self.server.limits.seconds)
        return super().parse_request()

    def finish(self) -> None:
        if self._is_unread:
            with suppress(OSError):
                self._linger()
        super().finish()

    def _answer_request(self) -> None:
        answer = self._answer()
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = _answer_request  # noqa: N815

    def _answer(self) -> Answer | None:
        try:
            request = self._request()
        except HoistError as error:
            return error_answer(error)
        try:
            return self.server.carry_out(request)
        except Exception:
            log.exception("request_failed", extra={"path": self.path})
            return Answer.of({"code": 500, "message": "internal error"}, 500)

    def _request(self) -> Request:
        body = self._body()
        self.connection.settimeout(None)
        path, _, query = self.path.partition("?")
        return Request(
            method=self.command,
            path=path,
            query=dict(parse_qsl(query)),
            headers={key.lower(): value for key, value in self.headers.items()},
            body=unpacked(
                body, self.headers.get("Content-Encoding", "identity"), self.server.limits
            ),
            backend_url=f"http://{self.headers['Host'].strip()}",
        )

    def _body(self) -> bytes:
        try:
            self._check_head()
            length = body_length(self.headers, self.server.limits)
        except HoistError:
            self._is_unread = self.close_connection = True
            raise
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            raise BadRequestError("the body is shorter than was announced")
        return body

    def _check_head(self) -> None:
        if self.headers.defects:
            raise BadRequestError("the head of the request is malformed")
        # A web page that has its own name point here comes with that name.
        named = self.headers.get_all("Host", [])
        if len(named) != 1 or named[0].strip() not in self.server.hosts:
            raise AccessDeniedError("this server answers to its own address only")

    def _send(self, answer: Answer) -> None:
        head = (
            f"HTTP/1.1 {int(answer.status)} {HTTPStatus(answer.status).phrase}\r\n"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(answer.body)}\r\n"
        )
        if self.close_connection:
            head += "Connection: close\r\n"
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(head.encode() + b"\r\n" + body)

    def _linger(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_LINGER_SECONDS)
        left = _LINGER_BYTES
        while left > 0 and (thrown_away := self.connection.recv(64 * 1024)):
            left -= len(thrown_away)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The base class's answer to what it cannot parse, as JSON, and without an echo of it."""
        self._is_unread = self.close_connection = True
        self._send(Answer.of({"code": int(code), "message": HTTPStatus(code).phrase}, code))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """No access log: every call of the engine would be a line of noise."""
