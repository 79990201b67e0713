"""Packing a project directory."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from orchestrator.engine.programs.archive import ProgramArchive, build_archive
from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramTooLargeError
from orchestrator.engine.programs.limits import Limits
from project_directories import PROJECT_FILE, PlainFile, write_project, write_tree


def _names(archive: ProgramArchive) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive.body)).namelist()


def test_what_an_archive_says(tmp_path: Path) -> None:
    """An archive tells its digest, its files' number and what they weigh unpacked."""
    archive = build_archive(write_project(tmp_path, {"__main__.py": b"pass\n"}))

    assert len(archive.digest) == 64
    assert archive.file_count == 2
    assert archive.unpacked_bytes == len(PROJECT_FILE) + 5
    assert _names(archive) == ["Pulumi.yaml", "__main__.py"]


def test_entries_are_the_same_everywhere(tmp_path: Path) -> None:
    """Entries have one date and, of the file's mode, only whether it is executable."""
    write_project(tmp_path, {"run.sh": PlainFile(b"", is_executable=True)})
    (tmp_path / "Pulumi.yaml").chmod(0o600)

    entries = zipfile.ZipFile(io.BytesIO(build_archive(tmp_path).body)).infolist()

    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert modes == {
        "Pulumi.yaml": stat.S_IFREG | 0o644,
        "run.sh": stat.S_IFREG | 0o755,
    }
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_what_stays_at_home(tmp_path: Path) -> None:
    """Ignored files and directories are not packed, and do not change the digest."""
    alone = build_archive(write_project(tmp_path / "alone", {"lib/a.py": b""}))
    crowded = build_archive(
        write_project(
            tmp_path / "crowded",
            {
                "lib/a.py": b"",
                "lib/__pycache__/a.pyc": b"",
                ".git/HEAD": b"",
                ".venv/bin/python": b"",
                "Pulumi.dev.yaml": b"config: {}",
                "notes/x": b"",
                ".hoistignore": b"notes/\n",
            },
        )
    )

    assert crowded == alone


def test_links_inside_become_files(tmp_path: Path) -> None:
    """A link to a file or directory of the project is packed as what it points to."""
    write_project(tmp_path, {"lib/a.py": b"a"})
    (tmp_path / "b.py").symlink_to("lib/a.py")
    (tmp_path / "copy").symlink_to("lib")

    archive = zipfile.ZipFile(io.BytesIO(build_archive(tmp_path).body))

    assert archive.namelist() == ["Pulumi.yaml", "b.py", "copy/a.py", "lib/a.py"]
    assert archive.read("b.py") == archive.read("copy/a.py") == b"a"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../outside", "out of the project"),
        ("/", "out of the project"),
        ("nowhere", "leads nowhere"),
        ("link", "leads nowhere"),
        (".", "that it is in itself"),
    ],
)
def test_links_that_cannot_be_packed(tmp_path: Path, target: str, reason: str) -> None:
    """A link out of the project, to nothing or round in a circle is refused by its name."""
    write_tree(tmp_path, {"outside": b"secret"})
    project = write_project(tmp_path / "project", {"lib/a.py": b""})
    (project / "link").symlink_to(target)

    with pytest.raises(ProgramInvalidError, match=f"'link'.*{reason}"):
        build_archive(project)


def test_a_link_to_a_folder_that_leads_back(tmp_path: Path) -> None:
    """A circle that goes through a directory is found as well."""
    write_project(tmp_path, {"lib/a.py": b""})
    (tmp_path / "lib/up").symlink_to("..")

    with pytest.raises(ProgramInvalidError, match="'lib/up'.*in itself"):
        build_archive(tmp_path)


def test_an_ignored_link_does_no_harm(tmp_path: Path) -> None:
    """A link that is ignored may lead anywhere."""
    write_project(tmp_path, {".hoistignore": b"link\n"})
    (tmp_path / "link").symlink_to("/")

    assert _names(build_archive(tmp_path)) == ["Pulumi.yaml"]


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    """Neither file nor directory: refused by name, and not opened."""
    write_project(tmp_path)
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ProgramInvalidError, match="'pipe' is neither"):
        build_archive(tmp_path)


@pytest.mark.parametrize("name", [b"a\nb", b"a\\b", b"a:b", b"a\xff"])
def test_names_that_do_not_travel(tmp_path: Path, name: bytes) -> None:
    """A file whose name another system reads otherwise is refused at home already."""
    write_project(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()

    with pytest.raises(ProgramInvalidError, match="the file name"):
        build_archive(tmp_path)


def test_names_that_clash(tmp_path: Path) -> None:
    """Two files whose names differ only in Unicode form are refused."""
    with pytest.raises(ProgramInvalidError, match="are one"):
        build_archive(write_project(tmp_path, {"caf\u00e9": b"", "cafe\u0301": b""}))


def test_vendored_packages(tmp_path: Path) -> None:
    """Vendored packages travel under vendor/, whatever the project ignores."""
    project = write_project(tmp_path / "project", {".hoistignore": b"lib*\n"})
    packages = write_tree(tmp_path / "packages", {"lib/a.py": b"", "lib/__pycache__/a.pyc": b""})

    archive = build_archive(project, vendored=packages)

    assert _names(archive) == ["Pulumi.yaml", "vendor/lib/a.py"]


def test_a_vendor_folder_of_the_projects_own(tmp_path: Path) -> None:
    """A project's own vendor folder travels, unless packages have to go there."""
    project = write_project(tmp_path / "project", {"vendor/a.py": b""})
    packages = write_tree(tmp_path / "packages", {"b.py": b""})

    assert _names(build_archive(project)) == ["Pulumi.yaml", "vendor/a.py"]
    with pytest.raises(ProgramInvalidError, match="'vendor' folder of its own"):
        build_archive(project, vendored=packages)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """What the system refuses to read is refused with its name."""
    with pytest.raises(ProgramInvalidError, match="missing cannot be read"):
        build_archive(write_project(tmp_path), vendored=tmp_path / "missing")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(files=2), "more than 2 files"),
        (Limits(file_bytes=99), "'a', larger than"),
        (Limits(unpacked_bytes=200), "is larger than"),
        (Limits(archive_bytes=50), "packs to more"),
        (
            Limits(ratio=1, ratio_free_bytes=0, unpacked_bytes=5_000_000),
            "shrinks more than 1 times",
        ),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, reason: str) -> None:
    """Each limit refuses the program that exceeds it, and says which it is."""
    large = 100 if limits.ratio > 1 else 100_000
    project = write_project(tmp_path, {"a": b"a" * large, "b": b"b" * large})

    with pytest.raises(ProgramTooLargeError, match=reason) as caught:
        build_archive(project, limits=limits)

    assert ".hoistignore" in caught.value.way_out
