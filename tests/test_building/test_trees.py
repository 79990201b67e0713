"""Trees, file by file."""

import os
import stat
from pathlib import Path

import pytest

from building.errors import FileNotPackableError
from building.trees import copy_files, files_below, fingerprint_of, set_modes
from project_directories import PlainFile, read_tree, write_tree

FILES = {"b": PlainFile(b"2"), "a/run": PlainFile(b"1", is_executable=True), "a-b": PlainFile(b"3")}


def test_files_come_by_name(tmp_path: Path) -> None:
    """The order is that of the names, not of the directories."""
    tree = write_tree(tmp_path, FILES)

    assert [file.name for file in files_below(tree)] == ["a-b", "a/run", "b"]
    assert [file.mode for file in files_below(tree)] == [0o644, 0o755, 0o644]


def test_what_is_not_wanted_is_not_looked_at(tmp_path: Path) -> None:
    """Below a directory that is left out, even a link does not matter."""
    tree = write_tree(tmp_path, FILES)
    (tree / "a" / "link").symlink_to("run")

    assert [file.name for file in files_below(tree, lambda name: name != "a")] == ["a-b", "b"]


@pytest.mark.parametrize("target", ["b", "a", "nowhere"])
def test_links_are_refused(tmp_path: Path, target: str) -> None:
    """A link is refused by name, whether it leads to a file, a directory or nowhere."""
    tree = write_tree(tmp_path, FILES)
    (tree / "link").symlink_to(target)

    with pytest.raises(FileNotPackableError, match="link is a link"):
        files_below(tree)


def test_special_files_are_refused(tmp_path: Path) -> None:
    """A pipe would be read for ever."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileNotPackableError):
        files_below(tmp_path)


@pytest.mark.parametrize("name", [b"a\nb", b"\xff"])
def test_unwritable_names_are_refused(tmp_path: Path, name: bytes) -> None:
    """A name that no zip could hold as text is refused with words that can be printed."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()

    with pytest.raises(FileNotPackableError) as refused:
        files_below(tmp_path)

    assert refused.value.message.encode()


def test_a_copy_is_equal(tmp_path: Path) -> None:
    """Contents and the right to execute are copied, and the fingerprint is the same."""
    tree = write_tree(tmp_path / "tree", FILES)

    copy_files(files_below(tree), tmp_path / "copy")

    assert read_tree(tmp_path / "copy") == FILES
    assert fingerprint_of(files_below(tmp_path / "copy")) == fingerprint_of(files_below(tree))


@pytest.mark.parametrize(
    "changed",
    [
        {**FILES, "b": PlainFile(b"other")},
        {**FILES, "b": PlainFile(b"2", is_executable=True)},
        {name: file for name, file in FILES.items() if name != "b"},
        {**{name: file for name, file in FILES.items() if name != "b"}, "c": FILES["b"]},
    ],
)
def test_a_fingerprint_sees_every_change(tmp_path: Path, changed: dict[str, PlainFile]) -> None:
    """Content, mode, a file gone, a file renamed: each is another fingerprint."""
    before = write_tree(tmp_path / "before", FILES)
    after = write_tree(tmp_path / "after", changed)

    assert fingerprint_of(files_below(before)) != fingerprint_of(files_below(after))


def test_everybody_may_read(tmp_path: Path) -> None:
    """A tree written under a strict umask can be read by Lambda's user afterwards."""
    tree = write_tree(tmp_path / "tree", FILES)
    for path in sorted(tree.rglob("*"), reverse=True):
        path.chmod(path.stat().st_mode & 0o700)

    set_modes(tree)

    modes = {
        path.relative_to(tree).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in tree.rglob("*")
    }
    assert modes == {"a": 0o755, "a/run": 0o755, "b": 0o644, "a-b": 0o644}
