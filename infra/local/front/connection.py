"""One connection: reads requests, has them answered, writes the answers.

Whatever a client sends, it gets an answer or the connection is closed.
"""

import logging
import socket
import socketserver
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.front.errors import RequestRefusedError
from local.front.framing import framing_of, read_body
from local.front.gate import check_visitor
from local.front.gateway import refusal
from local.front.head import RequestHead, read_head
from local.front.http_messages import Answer, Request

if TYPE_CHECKING:
    from local.front.server import Listener

# A client that is still sending reads no answer; this much of what it sends is thrown away first.
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 1024 * 1024
_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

log = logging.getLogger(__name__)


class Connection(socketserver.StreamRequestHandler):
    """Speaks HTTP/1.1 with one client."""

    server: "Listener"
    # Answers are written whole; waiting to fill a segment would cost 40 ms each.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.limits.silence_seconds)

    def handle(self) -> None:
        """One exchange after the other, until one side has had enough."""
        try:
            while self._exchange():
                pass
        except OSError:
            # The client went away, or was silent for too long.
            log.debug("connection_ended_early", exc_info=True)

    def finish(self) -> None:
        # The last bytes may meet a client that has gone.
        with suppress(OSError):
            super().finish()

    def _exchange(self) -> bool:
        """Whether there may be another one on this connection."""
        try:
            request = self._request()
        except RequestRefusedError as error:
            # Where the next request begins is not known any more.
            self._send(refusal(error), is_last=True)
            self._linger()
            return False
        if request is None:
            return False
        answer = self.server.gateway.answer(request)
        is_head = request.head.method == "HEAD"
        self._send(answer, is_last=request.head.closes, without_body=is_head)
        return not request.head.closes

    def _request(self) -> Request | None:
        limits = self.server.limits
        head = read_head(self.rfile, most_bytes=limits.head_bytes)
        if head is None:
            return None
        check_visitor(head, port=self.server.port)
        framing = framing_of(head, most_bytes=limits.body_bytes)
        if framing.has_body and _waits(head):
            self.wfile.write(_CONTINUE)
        body = read_body(self.rfile, framing, most_bytes=limits.body_bytes)
        return Request(head, body, self.client_address[0])

    def _send(self, answer: Answer, *, is_last: bool, without_body: bool = False) -> None:
        lines = [f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.may_have_body:
            lines.append(f"Content-Length: {len(answer.body)}")
        if is_last:
            lines.append("Connection: close")
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        has_body = answer.may_have_body and not without_body
        self.wfile.write(head + answer.body if has_body else head)

    def _linger(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_LINGER_SECONDS)
        left = _LINGER_BYTES
        while left > 0 and (thrown_away := self.connection.recv(64 * 1024)):
            left -= len(thrown_away)


def _waits(head: RequestHead) -> bool:
    return head.protocol == "HTTP/1.1" and "100-continue" in (
        value.lower() for value in head.values("Expect")
    )
