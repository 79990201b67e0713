"""Frames under damage: an unfinished end is cut, anything else is noticed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.directory_frames import Frames, encode_frame, parse_frames
from storages import NOON

BODIES = st.lists(st.binary(max_size=60), max_size=5)


def records_of(bodies: list[bytes], *, after_slot: int = 0) -> list[LogRecord]:
    return [
        LogRecord(slot, body, NOON + timedelta(milliseconds=slot))
        for slot, body in enumerate(bodies, start=after_slot + 1)
    ]


def parse(content: bytes, *, after_slot: int = 0) -> Frames:
    return parse_frames(content, after_slot=after_slot, source="the log")


@given(BODIES, st.integers(0, 2**40))
def test_frames_give_their_records_back(bodies: list[bytes], after_slot: int) -> None:
    """What was encoded is parsed, to the last byte."""
    records = records_of(bodies, after_slot=after_slot)
    content = b"".join(map(encode_frame, records))

    assert parse(content, after_slot=after_slot) == Frames(tuple(records), len(content))


@given(BODIES.filter(bool), st.data())
def test_a_cut_anywhere_keeps_the_whole_frames(bodies: list[bytes], data: st.DataObject) -> None:
    """Of a file that ends anywhere exactly the complete frames are left."""
    records = records_of(bodies)
    frames = [encode_frame(record) for record in records]
    cut = data.draw(st.integers(0, len(b"".join(frames))))
    whole = [index for index in range(len(frames) + 1) if len(b"".join(frames[:index])) <= cut][-1]

    parsed = parse(b"".join(frames)[:cut])

    assert parsed == Frames(tuple(records[:whole]), len(b"".join(frames[:whole])))


@given(BODIES.filter(bool), st.data())
def test_a_changed_byte_is_never_read(bodies: list[bytes], data: st.DataObject) -> None:
    """Damage in the last frame reads as unfinished; damage before it is an error."""
    records = records_of(bodies)
    frames = [encode_frame(record) for record in records]
    content = bytearray(b"".join(frames))
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    last_start = len(content) - len(frames[-1])

    if position >= last_start:
        assert parse(bytes(content)) == Frames(tuple(records[:-1]), last_start)
        return
    with pytest.raises(CorruptStateError, match="the log"):
        parse(bytes(content))


@given(BODIES.filter(bool), st.data())
def test_damage_before_an_unfinished_end_is_noticed(
    bodies: list[bytes], data: st.DataObject
) -> None:
    """A header of the unfinished frame is enough to prove that the one before was durable."""
    frames = [encode_frame(record) for record in records_of([*bodies, b"unfinished"])]
    damaged = bytearray(b"".join(frames)[:-1])
    position = data.draw(st.integers(0, len(b"".join(frames[:-1])) - 1))
    damaged[position] ^= data.draw(st.integers(1, 255))

    with pytest.raises(CorruptStateError):
        parse(bytes(damaged))


@given(BODIES, st.integers(1, 200))
def test_zeros_at_the_end_are_unfinished(bodies: list[bytes], zeros: int) -> None:
    """A file system may have grown the file without writing the data: that is a torn tail."""
    content = b"".join(map(encode_frame, records_of(bodies)))

    assert parse(content + b"\0" * zeros).length == len(content)


@given(BODIES, st.binary(max_size=100))
def test_a_body_that_holds_frames_is_a_body(bodies: list[bytes], rest: bytes) -> None:
    """Bytes that look like frames, inside an unfinished body too, are never taken for frames."""
    inner = b"".join(map(encode_frame, records_of([b"inner", b"frames"], after_slot=1)))
    records = records_of([*bodies, inner + rest])
    content = b"".join(map(encode_frame, records))

    assert parse(content) == Frames(tuple(records), len(content))
    assert parse(content[:-1]).records == tuple(records[:-1])


def test_a_frame_of_another_slot_is_noticed() -> None:
    """Slots follow each other; a whole frame with another number is damage."""
    first, _, third = map(encode_frame, records_of([b"1", b"2", b"3"]))

    with pytest.raises(CorruptStateError, match="slot 3 in place of 2"):
        parse(first + third)
