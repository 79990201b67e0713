"""The head of a request, byte for byte: what is not plainly HTTP/1.1 is refused, not guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedIOBase

from local.front.errors import RequestRefusedError

_CRLF = b"\r\n"
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") (/[\x21-\x7e]*) (HTTP/1\.[01])\r\n")
# A folded line has no name and so does not match.
_HEADER = re.compile(rb"(" + _TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)\r\n")


@dataclass(frozen=True, slots=True)
class RequestHead:
    """Request line and headers as they were sent."""

    method: str
    target: str
    protocol: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """The values of a header, whatever the case of its name."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    @property
    def closes(self) -> bool:
        """Whether the client sends no other request on this connection."""
        options = ",".join(self.values("Connection")).lower().split(",")
        return self.protocol == "HTTP/1.0" or "close" in (option.strip() for option in options)


def read_head(reader: BufferedIOBase, *, most_bytes: int) -> RequestHead | None:
    """The next request's head; None if the client has closed. Raises RequestRefusedError."""
    lines = _lines(reader, most_bytes)
    line = next(lines)
    if line == _CRLF:
        # Some clients end a body with one line too many.
        line = next(lines)
    if not line:
        return None
    words = _REQUEST_LINE.fullmatch(line)
    if not words:
        raise malformed("the request line is malformed")
    method, target, protocol = (word.decode("ascii") for word in words.groups())
    return RequestHead(method, target, protocol, tuple(_headers(lines)))


def malformed(message: str) -> RequestRefusedError:
    """The refusal of what is no HTTP."""
    return RequestRefusedError(HTTPStatus.BAD_REQUEST, message)


def _headers(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    while (line := next(lines)) != _CRLF:
        parts = _HEADER.fullmatch(line)
        if not parts:
            raise malformed("the head of the request is malformed")
        yield parts[1].decode("ascii"), parts[2].strip(b" \t").decode("latin-1")


def _lines(reader: BufferedIOBase, most_bytes: int) -> Iterator[bytes]:
    left = most_bytes
    while True:
        line = reader.readline(left + 1)
        left -= len(line)
        if left < 0:
            raise malformed(f"request line and headers are above {most_bytes} bytes")
        yield line
