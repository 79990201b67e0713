"""File names that mean the same everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramTooLargeError
from orchestrator.engine.programs.limits import DEFAULT_LIMITS, Limits
from orchestrator.engine.programs.paths import PathRegister, check_path


@pytest.mark.parametrize("path", ["a", "a/b.py", ".a", "...", "a b", "é/ü.txt", "x" * 255])
def test_good_paths(path: str) -> None:
    """Relative paths of printable names pass."""
    check_path(path, DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "a/", "./a", "a/.", "..", "../a", "a/../b", "a\\b", "C:a", "C:/a", "a\0b"]
    + ["a\nb", "a\x7fb", "a\udcffb"],
)
def test_bad_paths(path: str) -> None:
    """Paths that lead out, or that some system reads otherwise, are refused."""
    with pytest.raises(ProgramInvalidError):
        check_path(path, DEFAULT_LIMITS)


@pytest.mark.parametrize("path", ["x" * 256, "é" * 128, "abc/abc/abc"])
def test_long_paths(path: str) -> None:
    """A path and its parts have a greatest length in bytes."""
    with pytest.raises(ProgramTooLargeError):
        check_path(path, Limits(path_bytes=10 if "/" in path else 1024))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "a"),
        ("a", "A"),
        ("straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("\u212b", "\u00e5"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("A/b", "a/c"),
        ("a/b", "a/b/c/d"),
    ],
)
def test_clashing_paths(first: str, second: str) -> None:
    """Two paths that are one to some file system are refused together."""
    register = PathRegister()
    register.add(first)

    with pytest.raises(ProgramInvalidError, match="are one"):
        register.add(second)


def test_neighbours_do_not_clash() -> None:
    """Files that share a directory, or the beginning of a name, live side by side."""
    register = PathRegister()
    for path in ["a/b", "a/c", "ab", "a.b", "c/a/b"]:
        register.add(path)


@given(st.text())
def test_an_accepted_path_stays_inside(path: str) -> None:
    """A path that passes has only parts that go down, and is a line of its own."""
    try:
        check_path(path, DEFAULT_LIMITS)
    except (ProgramInvalidError, ProgramTooLargeError):
        return
    assert not {"", ".", ".."} & set(path.split("/"))
    assert not {"\n", "\0", "\\", ":"} & set(path)
