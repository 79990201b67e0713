"""Unpacking a program that somebody else packed."""

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from orchestrator.engine.programs.archive import build_archive
from orchestrator.engine.programs.errors import (
    ProgramDigestError,
    ProgramInvalidError,
    ProgramStorageError,
    ProgramTooLargeError,
)
from orchestrator.engine.programs.limits import DEFAULT_LIMITS, Limits
from orchestrator.engine.programs.manifest import FileFacts, program_digest
from orchestrator.engine.programs.unpack import unpack_archive
from project_directories import PlainFile, read_tree, write_project
from raw_zips import (
    DEFLATED,
    UTF8_NAME,
    RawEntry,
    end_record,
    overlapping_zip,
    raw_zip,
)


def _digest(files: dict[str, bytes]) -> str:
    return program_digest(
        FileFacts.of(path, content, is_executable=False) for path, content in files.items()
    )


def _assert_refused(
    body: bytes, tmp_path: Path, *, reason: str, limits: Limits = DEFAULT_LIMITS
) -> None:
    error = ProgramInvalidError if limits is DEFAULT_LIMITS else ProgramTooLargeError
    with pytest.raises(error, match=reason):
        unpack_archive(body, tmp_path / "program", expected_digest="", limits=limits)
    assert list(tmp_path.iterdir()) == []


def test_a_hand_written_zip(tmp_path: Path) -> None:
    """The zips of these tests are good ones but for the one thing that each has wrong."""
    entries = [
        RawEntry(name=b"a/main.py", content=b"1", method=DEFLATED),
        RawEntry(name="b/é".encode(), content=b"", flags=UTF8_NAME),
    ]
    digest = _digest({"a/main.py": b"1", "b/é": b""})

    unpack_archive(raw_zip(entries), tmp_path / "program", expected_digest=digest)

    assert read_tree(tmp_path / "program") == {"a/main.py": PlainFile(b"1"), "b/é": PlainFile(b"")}


def test_only_this_user_looks_into_it(tmp_path: Path) -> None:
    """What is unpacked is closed to other users, and executable where it was."""
    archive = build_archive(
        write_project(tmp_path / "in", {"run.sh": PlainFile(b"", is_executable=True)})
    )

    unpack_archive(archive.body, tmp_path / "out", expected_digest=archive.digest)

    modes = [stat.S_IMODE((tmp_path / "out" / name).stat().st_mode) for name in ("", "run.sh")]
    assert modes == [0o700, 0o700]
    assert stat.S_IMODE((tmp_path / "out/Pulumi.yaml").stat().st_mode) == 0o600


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_compression_does_not_count(tmp_path: Path, method: int) -> None:
    """An archive compressed otherwise is the same program under the same digest."""
    archive = build_archive(write_project(tmp_path / "in", {"a": b"a" * 1000}))
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as target, zipfile.ZipFile(io.BytesIO(archive.body)) as source:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry), compress_type=method, compresslevel=1)
    assert again.getvalue() != archive.body

    unpack_archive(again.getvalue(), tmp_path / "out", expected_digest=archive.digest)

    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "in")


def test_another_programs_digest(tmp_path: Path) -> None:
    """A good archive under another program's digest is refused and leaves nothing behind."""
    with pytest.raises(ProgramDigestError) as caught:
        unpack_archive(raw_zip([RawEntry()]), tmp_path / "program", expected_digest="0" * 64)

    assert caught.value.code == "program_digest_mismatch"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["directory", "link"])
def test_a_taken_destination(tmp_path: Path, what: str) -> None:
    """A destination that exists is left alone, even when it is empty or leads nowhere."""
    program = tmp_path / "program"
    if what == "link":
        program.symlink_to("nowhere")
    else:
        program.mkdir()

    with pytest.raises(ProgramStorageError, match="exists"):
        unpack_archive(raw_zip([RawEntry()]), program, expected_digest="")

    assert list(tmp_path.iterdir()) == [program]


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    """A destination that cannot be made is the machine's fault, not the program's."""
    with pytest.raises(ProgramStorageError, match="No such file"):
        unpack_archive(raw_zip([RawEntry()]), tmp_path / "no/program", expected_digest="")


@pytest.mark.parametrize(
    "name",
    [
        b"/etc/passwd",
        b"../up",
        b"a/../../up",
        b"a/..",
        b"./a",
        b"a//b",
        b"",
        b"C:evil",
        b"C:/evil",
        b"..\\up",
        b"a\\b",
        b"main.py\0.txt",
        b"a\nb",
        b"folder/",
    ],
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: bytes) -> None:
    """Absolute, upward, Windows, cut off and directory names are refused."""
    _assert_refused(raw_zip([RawEntry(name=name)]), tmp_path, reason="the file name")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.py", "a.py"),
        ("a.py", "A.py"),
        ("caf\u00e9", "cafe\u0301"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("lib/a", "LIB/b"),
    ],
)
def test_names_that_clash(tmp_path: Path, first: str, second: str) -> None:
    """Names that are one to some file system, or a file and a directory at once, are refused."""
    entries = [RawEntry(name=name.encode(), flags=UTF8_NAME) for name in (first, second)]

    _assert_refused(raw_zip(entries), tmp_path, reason="are one to some file systems")


@pytest.mark.parametrize(
    "mode",
    [
        stat.S_IFLNK | 0o777,
        stat.S_IFLNK | 0o644,
        stat.S_IFBLK | 0o644,
        stat.S_IFCHR | 0o644,
        stat.S_IFIFO | 0o644,
        stat.S_IFSOCK | 0o644,
        stat.S_IFDIR | 0o755,
        stat.S_IFREG | stat.S_ISUID | 0o755,
        stat.S_IFREG | 0o666,
        0,
    ],
)
def test_modes_that_are_no_plain_files(tmp_path: Path, mode: int) -> None:
    """Links, devices, pipes, directories and unusual permissions are refused."""
    body = raw_zip([RawEntry(mode=mode, content=b"/etc/passwd")])

    _assert_refused(body, tmp_path, reason="as a link, a device")


@pytest.mark.parametrize("flag", [0x1, 0x8, 0x20, 0x40, 0x2000])
def test_encrypted_and_patched_entries(tmp_path: Path, flag: int) -> None:
    """Encrypted entries, and those whose sizes follow later, are refused."""
    _assert_refused(raw_zip([RawEntry(flags=flag)]), tmp_path, reason="encrypted")


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_unknown_compression(tmp_path: Path, method: int) -> None:
    """Only stored and deflated entries are inflated."""
    _assert_refused(raw_zip([RawEntry(method=method)]), tmp_path, reason="unknown way")


def test_a_name_of_unknown_encoding(tmp_path: Path) -> None:
    """A name beyond ASCII must say that it is UTF-8."""
    _assert_refused(raw_zip([RawEntry(name=b"caf\xe9")]), tmp_path, reason="how the name")


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    """A name that says UTF-8 and is not is refused."""
    body = raw_zip([RawEntry(name=b"caf\xe9", flags=UTF8_NAME)])

    _assert_refused(body, tmp_path, reason="not a zip file")


@pytest.mark.parametrize(
    "entry",
    [
        RawEntry(extra=struct.pack("<HH", 0xCAFE, 0)),
        RawEntry(extra=struct.pack("<HH", 0x7075, 0)),
        RawEntry(comment=b"hidden"),
    ],
)
def test_hidden_words(tmp_path: Path, entry: RawEntry) -> None:
    """Extra fields, which may rename an entry, and comments are refused."""
    # Python 3.12 and later read the renaming field themselves, and refuse this empty one.
    _assert_refused(raw_zip([entry]), tmp_path, reason="more to say|not a zip file")


@pytest.mark.parametrize(
    "entry",
    [RawEntry(name_in_front=b"innocent.py"), RawEntry(extra_in_front=b"\0\0\0\0")],
)
def test_two_stories_about_a_name(tmp_path: Path, entry: RawEntry) -> None:
    """A name in front of the content that differs in length from the directory's is refused."""
    _assert_refused(raw_zip([entry]), tmp_path, reason="two stories|gaps")


def test_another_name_in_front(tmp_path: Path) -> None:
    """Another name of the same length in front of the content is refused."""
    _assert_refused(raw_zip([RawEntry(name_in_front=b"evil.py")]), tmp_path, reason="damaged")


@pytest.mark.parametrize(
    "body",
    [
        b"#!/bin/sh\n" + raw_zip([RawEntry()]),
        raw_zip([RawEntry()]) + b"<html>",
        raw_zip([RawEntry()])[:-2] + struct.pack("<H", 5) + b"hello",
        raw_zip([RawEntry()]) + raw_zip([RawEntry(name=b"other.py")]),
        raw_zip([RawEntry()])[:-1],
        raw_zip([RawEntry()])[1:],
    ],
    ids=["before", "after", "comment", "two zips", "cut off behind", "cut off before"],
)
def test_a_zip_and_something_else(tmp_path: Path, body: bytes) -> None:
    """A file that is a zip and something else, or part of one, is refused."""
    _assert_refused(body, tmp_path, reason="does not end as a zip")


def test_something_before_with_offsets_to_match(tmp_path: Path) -> None:
    """Other data in front is refused even when the offsets allow for it."""
    front = RawEntry(name=b"", content=b"#!/bin/sh").front()
    entry = RawEntry()
    line = entry.line(len(front))
    body = front + entry.front()
    body += line + end_record([entry], len(line), len(body))

    _assert_refused(body, tmp_path, reason="gaps or overlaps")


def test_something_between(tmp_path: Path) -> None:
    """Data between two files is refused, and so is data between the last and the directory."""
    hidden, plain = RawEntry(gap_after=b"hidden"), RawEntry(name=b"b")

    _assert_refused(raw_zip([hidden, plain]), tmp_path, reason="gaps or overlaps")
    _assert_refused(raw_zip([plain, hidden]), tmp_path, reason="gaps or overlaps")


def test_overlapping_files(tmp_path: Path) -> None:
    """Many names for one piece of content, the recipe of the flattest bombs, are refused."""
    body = overlapping_zip(RawEntry(name=b"a", content=b"0" * 1000), [b"a", b"b", b"c"])

    _assert_refused(body, tmp_path, reason="gaps or overlaps")


def test_a_second_directory_for_large_archives(tmp_path: Path) -> None:
    """A record that makes readers look for the directory elsewhere is refused."""
    entry = RawEntry(name=b"a" * 20, content=b"")
    body = bytearray(raw_zip([entry]))
    body[-42:-38] = b"PK\x06\x07"

    _assert_refused(bytes(body), tmp_path, reason="more than 4 GB")


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_a_wrong_count(tmp_path: Path, count: int) -> None:
    """An archive that says it has another number of files than it has is refused."""
    body = raw_zip([RawEntry(name=b"a"), RawEntry(name=b"b")], claimed_count=count)

    _assert_refused(body, tmp_path, reason="number of files|more in its directory")


@pytest.mark.parametrize(
    "body", [b"", b"PK", b"\0" * 22, b"PK\x05\x06" + b"\xff" * 18, b"<html></html>" * 10]
)
def test_no_zip_at_all(tmp_path: Path, body: bytes) -> None:
    """What is no zip is refused as such."""
    _assert_refused(body, tmp_path, reason="zip file")


@pytest.mark.parametrize(
    "entry",
    [
        RawEntry(claimed_checksum=0),
        RawEntry(claimed_size=3),
        RawEntry(claimed_size=1_000),
        RawEntry(claimed_size=3, method=DEFLATED),
        RawEntry(claimed_size=1_000, method=DEFLATED),
        RawEntry(content=b"", claimed_size=1_000, method=DEFLATED),
    ],
)
def test_damaged_content(tmp_path: Path, entry: RawEntry) -> None:
    """Content that is not what its header says is refused, and what came before is removed."""
    _assert_refused(raw_zip([RawEntry(name=b"good"), entry]), tmp_path, reason="damaged")


def test_content_that_does_not_inflate(tmp_path: Path) -> None:
    """Content that is no deflate stream is refused."""
    body = raw_zip([RawEntry(content=b"\0" * 100, method=DEFLATED)])
    packed = RawEntry(content=b"\0" * 100, method=DEFLATED).packed()

    _assert_refused(body.replace(packed, b"\xff" * len(packed)), tmp_path, reason="damaged")


def test_a_bomb(tmp_path: Path) -> None:
    """An archive that inflates to a thousand times its size is refused while it inflates."""
    bomb = raw_zip([RawEntry(content=b"\0" * 1_000_000, method=DEFLATED)])

    _assert_refused(
        bomb, tmp_path, reason="inflates to more", limits=Limits(ratio_free_bytes=100_000)
    )


def test_a_bomb_in_many_pieces(tmp_path: Path) -> None:
    """The sizes of all files are measured together."""
    pieces = [RawEntry(name=b"%d" % number, content=b"\0" * 100) for number in range(20)]

    _assert_refused(
        raw_zip(pieces), tmp_path, reason="inflates to more", limits=Limits(unpacked_bytes=1_999)
    )


def test_too_many_files(tmp_path: Path) -> None:
    """An archive of more files than a program may have is refused."""
    pieces = [RawEntry(name=b"%d" % number) for number in range(4)]

    _assert_refused(raw_zip(pieces), tmp_path, reason="more than 3 files", limits=Limits(files=3))


def test_too_large_a_file(tmp_path: Path) -> None:
    """A file larger than one may be is refused."""
    _assert_refused(
        raw_zip([RawEntry()]), tmp_path, reason="'main.py' is larger", limits=Limits(file_bytes=4)
    )


def test_too_large_an_archive(tmp_path: Path) -> None:
    """An archive larger than one may be is not even opened."""
    _assert_refused(
        b"\0" * 11, tmp_path, reason="larger than a worker takes", limits=Limits(archive_bytes=10)
    )


def test_too_long_a_name(tmp_path: Path) -> None:
    """A name that no file system takes is refused before the disk would."""
    with pytest.raises(ProgramTooLargeError, match="too long"):
        unpack_archive(
            raw_zip([RawEntry(name=b"x" * 300)]), tmp_path / "program", expected_digest=""
        )


def test_a_narrow_umask(tmp_path: Path) -> None:
    """Whatever the umask, the owner can read what was unpacked."""
    archive = build_archive(write_project(tmp_path / "in", {"lib/a.py": b""}))
    before = os.umask(0o077)
    try:
        unpack_archive(archive.body, tmp_path / "out", expected_digest=archive.digest)
    finally:
        os.umask(before)

    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "in")
