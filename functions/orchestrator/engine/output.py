"""The output of a child, line by line: cut, redacted, handed on, and its end kept.

Memory stays bounded whatever the child writes: a line is cut at a limit, and only the last lines
are kept.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orchestrator.engine.redaction import Redactor

LineConsumer = Callable[[str], None]

MAXIMUM_LINE_BYTES = 256 * 1024
TAIL_BYTES = 64 * 1024
CUT_MARK = " [line cut]"


@dataclass(frozen=True, slots=True)
class OutputTail:
    """The last lines of an output, and how many came before them."""

    lines: tuple[str, ...] = ()
    dropped_lines: int = 0

    @property
    def text(self) -> str:
        """The lines; the first one says how many are missing, if any are."""
        missing = (f"[{self.dropped_lines} earlier lines left out]",) if self.dropped_lines else ()
        return "\n".join((*missing, *self.lines))


class TailBuffer:
    """Keeps the last lines that fit into a number of bytes, the very last one in any case."""

    def __init__(self, maximum_bytes: int = TAIL_BYTES) -> None:
        self._maximum_bytes = maximum_bytes
        self._lines: deque[tuple[str, int]] = deque()
        self._bytes = 0
        self._dropped_lines = 0

    def append(self, line: str) -> None:
        size = len(line.encode("utf-8", "surrogatepass")) + 1
        self._lines.append((line, size))
        self._bytes += size
        while self._bytes > self._maximum_bytes and len(self._lines) > 1:
            self._bytes -= self._lines.popleft()[1]
            self._dropped_lines += 1

    def tail(self) -> OutputTail:
        return OutputTail(tuple(line for line, _ in self._lines), self._dropped_lines)


@dataclass(frozen=True, slots=True)
class RawLine:
    """The bytes of a line without its end; `is_cut` when there were more than fit."""

    content: bytes
    is_cut: bool = False


class LineSplitter:
    """Makes lines of chunks of bytes, holding back no more than one line's limit."""

    def __init__(self, maximum_bytes: int = MAXIMUM_LINE_BYTES) -> None:
        self._maximum_bytes = maximum_bytes
        self._begun = bytearray()
        self._is_cut = False

    def feed(self, chunk: bytes) -> Iterator[RawLine]:
        """The lines that end in this chunk."""
        *ended, begun = chunk.split(b"\n")
        for piece in ended:
            self._keep(piece)
            yield self._take()
        self._keep(begun)

    def end(self) -> Iterator[RawLine]:
        """The last line, if it had no end."""
        if self._begun:
            yield self._take()

    def _keep(self, piece: bytes) -> None:
        room = self._maximum_bytes - len(self._begun)
        self._is_cut = self._is_cut or len(piece) > room
        self._begun += piece[:room]

    def _take(self) -> RawLine:
        line = RawLine(bytes(self._begun), self._is_cut)
        self._begun.clear()
        self._is_cut = False
        return line


class OutputSink:
    """Takes one stream of a child's output; never fails because of who listens.

    A consumer that raises is not called again; its error is kept, and the output taken in as
    before.
    """

    def __init__(self, *, redactor: Redactor, consumer: LineConsumer | None) -> None:
        self._redactor = redactor
        self._consumer = consumer
        self._splitter = LineSplitter()
        self._tail = TailBuffer()
        self.consumer_error: BaseException | None = None

    def feed(self, chunk: bytes) -> None:
        for line in self._splitter.feed(chunk):
            self._take(line)

    def end(self) -> None:
        for line in self._splitter.end():
            self._take(line)

    def tail(self) -> OutputTail:
        return self._tail.tail()

    def _take(self, raw: RawLine) -> None:
        line = self._readable(raw)
        self._tail.append(line)
        if self._consumer is None:
            return
        try:
            self._consumer(line)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._consumer = None
            self.consumer_error = error

    def _readable(self, raw: RawLine) -> str:
        text = raw.content.removesuffix(b"\r").decode("utf-8", "replace")
        if raw.is_cut:
            return self._redactor.redact_beginning(text) + CUT_MARK
        return self._redactor.redact(text)
