"""Lines of chunks, and the end of an output that is kept."""

from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from orchestrator.engine.output import (
    CUT_MARK,
    MAXIMUM_LINE_BYTES,
    LineSplitter,
    OutputSink,
    OutputTail,
    RawLine,
    TailBuffer,
)
from orchestrator.engine.redaction import Redactor


def split(chunks: list[bytes], maximum_bytes: int = 1000) -> list[RawLine]:
    splitter = LineSplitter(maximum_bytes)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [*lines, *splitter.end()]


def sink_lines(chunks: list[bytes], *secrets: str) -> list[str]:
    lines: list[str] = []
    sink = OutputSink(redactor=Redactor(map(Secret, secrets)), consumer=lines.append)
    for chunk in chunks:
        sink.feed(chunk)
    sink.end()
    return lines


class TestLineSplitter:
    @given(st.lists(st.binary(max_size=20).map(lambda chunk: chunk.replace(b"a", b"\n"))))
    def test_chunks_do_not_matter(self, chunks: list[bytes]) -> None:
        """The lines are those of the whole, however it arrives."""
        assert split(chunks) == split([b"".join(chunks)])

    @given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))))
    def test_lines_come_out_as_they_went_in(self, lines: list[bytes]) -> None:
        """Ended lines are handed on one by one, empty ones too."""
        assert split([line + b"\n" for line in lines]) == [RawLine(line) for line in lines]

    @given(st.integers(1, 30), st.integers(1, 7))
    def test_long_lines_are_cut(self, length: int, chunk_length: int) -> None:
        """A line keeps its first bytes up to the limit, and knows whether there were more."""
        line = bytes(range(100, 100 + length))
        chunks = [line[start : start + chunk_length] for start in range(0, length, chunk_length)]

        assert split([*chunks, b"\nnext"], 10) == [
            RawLine(line[:10], is_cut=length > 10),
            RawLine(b"next"),
        ]


class TestTailBuffer:
    def test_all_is_kept_that_fits(self) -> None:
        """Lines within the limit are all there, and nothing is said to be missing."""
        buffer = TailBuffer(maximum_bytes=8)
        for line in ("one", "two"):
            buffer.append(line)

        assert buffer.tail() == OutputTail(("one", "two"), dropped_lines=0)
        assert buffer.tail().text == "one\ntwo"

    def test_oldest_lines_go_first_and_are_counted(self) -> None:
        """The tail says how many lines came before it."""
        buffer = TailBuffer(maximum_bytes=8)
        for line in ("one", "two", "three"):
            buffer.append(line)

        assert buffer.tail() == OutputTail(("three",), dropped_lines=2)
        assert buffer.tail().text == "[2 earlier lines left out]\nthree"

    @given(st.lists(st.text(max_size=12)), st.integers(1, 40))
    def test_bytes_are_bounded(self, lines: list[str], maximum_bytes: int) -> None:
        """What is kept is the end of what came in, within the limit or one line."""
        buffer = TailBuffer(maximum_bytes)
        for line in lines:
            buffer.append(line)

        tail = buffer.tail()
        assert list(tail.lines) == lines[tail.dropped_lines :]
        size = sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in tail.lines)
        assert size <= maximum_bytes or len(tail.lines) == 1


class TestOutputSink:
    def test_line_ends_of_windows_and_broken_bytes_are_readable(self) -> None:
        """A carriage return before the end is dropped, and bytes that are no text are marked."""
        assert sink_lines([b"caf\xc3", b"\xa9\r\n\xff!"]) == ["café", "\ufffd!"]

    def test_secret_at_the_cut_does_not_survive_in_part(self) -> None:
        """Of a secret that begins before the limit and ends after it nothing is shown."""
        secret = "correct-horse-battery"
        lead = b"." * (MAXIMUM_LINE_BYTES - 10)

        (line,) = sink_lines([lead, secret.encode(), b"\n"], secret)

        assert line.strip(".") == CUT_MARK

    def test_consumer_that_raised_is_not_called_again(self) -> None:
        """The first error is kept, and the tail goes on."""
        calls: list[str] = []

        def fail(line: str) -> None:
            calls.append(line)
            raise LookupError(line)

        sink = OutputSink(redactor=Redactor(()), consumer=fail)
        sink.feed(b"one\ntwo\n")
        sink.end()

        assert calls == ["one"]
        assert isinstance(sink.consumer_error, LookupError)
        assert sink.tail().lines == ("one", "two")
