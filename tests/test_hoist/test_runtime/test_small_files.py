"""Reading what kernels write."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hoist.runtime.small_files import field_in, number_in, read_small_file


@given(st.integers(0, 2**64 - 1))
def test_every_number_of_a_kernel_is_read(number: int) -> None:
    """Any 64-bit number is read back, with the line's end that kernels write."""
    assert number_in(b"%d\n" % number) == number


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(text: bytes) -> None:
    """Whatever is in a file, there is a number or none, and nothing is raised."""
    for found in (number_in(text), field_in(text, b"VmHWM:")):
        assert found is None or found >= 0


@given(st.dictionaries(st.sampled_from([b"VmHWM:", b"VmRSS:", b"Threads:"]), st.integers(0, 2**40)))
def test_field_is_found_among_others(fields: dict[bytes, int]) -> None:
    """A field is found wherever it stands, and one that is not there is not."""
    text = b"".join(b"%s\t %d kB\n" % field for field in fields.items())

    assert field_in(text, b"VmHWM:") == fields.get(b"VmHWM:")


def test_file_is_read(tmp_path: Path) -> None:
    """The content of a file is what is in it."""
    (tmp_path / "limit").write_bytes(b"max\n")

    assert read_small_file(str(tmp_path / "limit")) == b"max\n"
