"""Packing and unpacking, for any tree and any bytes."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestrator.engine.programs.archive import build_archive
from orchestrator.engine.programs.errors import ProgramError, ProgramInvalidError
from orchestrator.engine.programs.manifest import FileFacts, program_digest
from orchestrator.engine.programs.paths import PathRegister
from orchestrator.engine.programs.unpack import unpack_archive
from project_directories import PROJECT_FILE, PlainFile, read_tree, write_project
from raw_zips import RawEntry, raw_zip

pytestmark = pytest.mark.thorough

_FILES = st.builds(PlainFile, st.binary(max_size=60), st.booleans())
_PATHS = st.lists(st.text("abAB.-é\u0301ß ", min_size=1, max_size=4), min_size=1, max_size=3).map(
    "/".join
)
TREES = st.dictionaries(_PATHS, _FILES, max_size=6)


def _assume_portable(tree: dict[str, PlainFile]) -> None:
    register = PathRegister()
    for path in ["Pulumi.yaml", *tree]:
        assume(not {".", ".."} & set(path.split("/")))
        try:
            register.add(path)
        except ProgramInvalidError:
            assume(False)


@settings(deadline=None)  # the disk may be slow
@given(TREES)
def test_what_is_packed_comes_out(tree: dict[str, PlainFile]) -> None:
    """A tree that was packed and unpacked is the same tree, and packs to the same digest."""
    _assume_portable(tree)
    with tempfile.TemporaryDirectory() as temporary:
        source, target = Path(temporary, "source"), Path(temporary, "target")
        archive = build_archive(write_project(source, tree))

        unpack_archive(archive.body, target, expected_digest=archive.digest)

        assert read_tree(target) == {"Pulumi.yaml": PlainFile(PROJECT_FILE), **tree}
        assert build_archive(target) == archive


@settings(deadline=None)
@given(TREES, st.data())
def test_only_files_count(tree: dict[str, PlainFile], data: st.DataObject) -> None:
    """Order of writing, times and umask change neither the digest nor a byte of the archive."""
    _assume_portable(tree)
    shuffled = dict(data.draw(st.permutations(list(tree.items()))))
    umask = os.umask(data.draw(st.sampled_from([0, 0o022, 0o077])))
    try:
        with tempfile.TemporaryDirectory() as temporary:
            first = write_project(Path(temporary, "first"), tree)
            second = write_project(Path(temporary, "elsewhere", "second"), shuffled)
            for path in second.rglob("*"):
                os.utime(path, (1, data.draw(st.integers(0, 2**31))))

            assert build_archive(first) == build_archive(second)
    finally:
        os.umask(umask)


def _unpack_or_refuse(body: bytes, digest: str, expected: dict[str, PlainFile]) -> None:
    """Either the whole expected tree appears, or an error of ours and nothing at all."""
    with tempfile.TemporaryDirectory() as temporary:
        parent = Path(temporary, "parent")
        parent.mkdir()
        try:
            unpack_archive(body, parent / "program", expected_digest=digest)
        except ProgramError:
            assert list(parent.iterdir()) == []
        else:
            assert list(parent.iterdir()) == [parent / "program"]
            assert read_tree(parent / "program") == expected
        assert list(Path(temporary).iterdir()) == [parent]


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    """Bytes that nobody packed are refused with an error of ours."""
    with pytest.raises(ProgramError):
        unpack_archive(body, Path("nowhere/program"), expected_digest="0" * 64)


_VICTIM = {"a.py": PlainFile(b"a" * 50), "lib/\u00e9": PlainFile(b"", is_executable=True)}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_good_archive_with_bytes_changed(data: st.DataObject) -> None:
    """An archive whose bytes were overwritten, cut or added to is refused or unpacks the same."""
    tree = {"Pulumi.yaml": PlainFile(PROJECT_FILE), **_VICTIM}
    with tempfile.TemporaryDirectory() as temporary:
        archive = build_archive(write_project(Path(temporary), _VICTIM))
    body = bytearray(archive.body)
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        start = data.draw(st.integers(0, len(body)), label="start")
        written = data.draw(st.binary(min_size=1, max_size=4), label="written")
        # A change that keeps the length gets past the end record, so most are of that kind.
        replaced = data.draw(st.sampled_from([len(written)] * 5 + [0, 6]), label="replaced")
        body[start : start + replaced] = written

    _unpack_or_refuse(bytes(body), archive.digest, tree)


_GOOD_ENTRIES = st.builds(
    RawEntry,
    name=st.sampled_from([b"a", b"b", b"c/d", b"c/e", b"f/g/h"]),
    content=st.sampled_from([b"", b"x", b"y" * 300]),
    mode=st.sampled_from([0o100644, 0o100755]),
    flags=st.sampled_from([0, 0x800]),
    method=st.sampled_from([0, 8]),
)
_FAULTS = st.sampled_from(
    [
        *({"name": name} for name in (b"A", b"a/b", b"../a", b"/a", b"c", b"c\\d", b"", b"e:")),
        *({"mode": mode} for mode in (0, 0o120777, 0o040755, 0o104755, 0o100600)),
        *({"flags": flags} for flags in (1, 8, 0x40)),
        *({"method": method} for method in (1, 12, 99)),
        *({"claimed_size": size} for size in (0, 1, 299, 2**31)),
        {"claimed_checksum": 0},
        {"extra": b"\1\0\0\0"},
        {"extra_in_front": b"\1\0\0\0"},
        {"name_in_front": b"z"},
        {"comment": b"z"},
        {"gap_after": b"z"},
    ]
)
_FAULTY_ENTRIES = st.builds(lambda entry, fault: replace(entry, **fault), _GOOD_ENTRIES, _FAULTS)
_ENTRIES = st.integers(0, 9).flatmap(lambda roll: _FAULTY_ENTRIES if roll == 0 else _GOOD_ENTRIES)


@settings(max_examples=300, deadline=None)
@given(st.lists(_ENTRIES, max_size=5, unique_by=lambda entry: entry.name))
def test_hand_written_archives_under_their_own_digest(entries: list[RawEntry]) -> None:
    """Even whoever chooses the digest too gets a plain tree of what was named, or a refusal."""
    named = {
        entry.name.decode(): PlainFile(entry.content, entry.mode == 0o100755) for entry in entries
    }
    digest = program_digest(
        FileFacts.of(path, file.content, is_executable=file.is_executable)
        for path, file in named.items()
    )

    _unpack_or_refuse(raw_zip(entries), digest, named)
