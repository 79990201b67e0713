"""What a tree is made of."""

from pathlib import Path

from building.parts import SingleFile, SourcePackage
from project_directories import PlainFile, read_tree, write_tree

SOURCES = {
    "__init__.py": b"",
    "py.typed": b"",
    "data/schema.json": b"{}",
    "core/__init__.py": b"",
    "core/cli/__init__.py": b"an inner package of the same name stays",
    "core/__pycache__/x.cpython-311.pyc": b"",
    "stray.pyc": b"",
    ".editor/settings": b"",
    "cli/__init__.py": b"",
}


def test_only_what_runs_is_staged(tmp_path: Path) -> None:
    """Sources and data are written; caches, hidden files, markers and laptop parts are not."""
    package = SourcePackage(
        write_tree(tmp_path / "hoist", SOURCES), "python/hoist", without=frozenset({"cli"})
    )

    package.write(tmp_path / "tree")

    assert set(read_tree(tmp_path / "tree")) == {
        "python/hoist/__init__.py",
        "python/hoist/data/schema.json",
        "python/hoist/core/__init__.py",
        "python/hoist/core/cli/__init__.py",
    }


def test_only_what_runs_counts(tmp_path: Path) -> None:
    """The fingerprint changes with what is staged, and with nothing that stays behind."""
    source = write_tree(tmp_path / "hoist", SOURCES)
    package = SourcePackage(source, "hoist", without=frozenset({"cli"}))
    before = package.fingerprint()

    (source / "cli" / "__init__.py").write_text("changed")
    (source / "__pycache__").mkdir()
    assert package.fingerprint() == before
    (source / "data" / "schema.json").write_text("[]")
    assert package.fingerprint() != before


def test_a_single_file_gets_its_place_and_its_right(tmp_path: Path) -> None:
    """A file may be executable in the tree though it is not in the checkout."""
    source = tmp_path / "script.sh"
    source.write_text("#!/bin/sh\n")
    file = SingleFile(source, "bootstrap", is_executable=True)

    file.write(tmp_path / "tree")

    assert read_tree(tmp_path / "tree") == {
        "bootstrap": PlainFile(b"#!/bin/sh\n", is_executable=True)
    }
    assert file.fingerprint() != SingleFile(source, "bootstrap").fingerprint()
