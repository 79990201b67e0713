"""The script that gets the engine and its plugin while the image is built."""

import hashlib
import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import release_download
from building.release_download import DownloadError, download
from scripted_server import Reply, ScriptedServer

ARCHIVE, CHECKSUMS = "/v1/thing-v1-linux-arm64.tar.gz", "/v1/checksums.txt"
CONTENT = b"#!/bin/sh\necho it runs\n"


def packed(name: str = "pulumi/pulumi", content: bytes = CONTENT) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as members:
        for member, text in (("README.md", b"read me"), (name, content)):
            entry = tarfile.TarInfo(member)
            entry.size = len(text)
            members.addfile(entry, io.BytesIO(text))
    return archive.getvalue()


def listed(archive: bytes, mark: str = "  ") -> bytes:
    name = ARCHIVE.rpartition("/")[2]
    other = f"{'0' * 64}  other-v1.tar.gz\n"
    return f"{other}{hashlib.sha256(archive).hexdigest()}{mark}{name}\n".encode()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "bin" / "pulumi"


def fetch(server: ScriptedServer, target: Path) -> None:
    download(f"{server.url}{ARCHIVE}", f"{server.url}{CHECKSUMS}", "pulumi/pulumi", target)


@pytest.mark.parametrize("mark", ["  ", " *", "  ./"])
def test_the_program_is_put_into_place(server: ScriptedServer, target: Path, mark: str) -> None:
    """It is whole and runs, in whichever way the list is written."""
    archive = packed()
    server.on("GET", ARCHIVE, Reply(raw=archive))
    server.on("GET", CHECKSUMS, Reply(raw=listed(archive, mark)))

    fetch(server, target)

    assert subprocess.check_output([target], text=True) == "it runs\n"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("archive", "checksums", "problem"),
    [
        (Reply(raw=packed(content=b"other")), Reply(raw=listed(packed())), "is not what"),
        (Reply(raw=packed()), Reply(raw=b"00  other\n"), "does not have thing-v1"),
        (Reply(raw=packed("a")), Reply(raw=listed(packed("a"))), "no file pulumi/pulumi"),
        (Reply(raw=b"junk"), Reply(raw=listed(b"junk")), "cannot be read"),
        (Reply(status=404), Reply(raw=listed(packed())), "answered 404"),
        (Reply(raw=packed()), Reply(status=500), "answered 500"),
    ],
)
def test_what_is_wrong_is_told(
    server: ScriptedServer, target: Path, archive: Reply, checksums: Reply, problem: str
) -> None:
    """Nothing is put into place then."""
    server.on("GET", ARCHIVE, archive)
    server.on("GET", CHECKSUMS, checksums)

    with pytest.raises(DownloadError, match=problem):
        fetch(server, target)

    assert not target.exists()


def test_a_dead_server_is_told(target: Path) -> None:
    """An address where nobody answers is an error with that address."""
    with ScriptedServer() as server:
        gone = server.url

    with pytest.raises(DownloadError, match="cannot be reached"):
        download(f"{gone}{ARCHIVE}", f"{gone}{CHECKSUMS}", "pulumi/pulumi", target)


@given(junk=st.binary(max_size=400))
def test_no_archive_breaks_it(junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever bytes have the right checksum, it is an error of ours that tells of them."""
    directory = tmp_path_factory.mktemp("junk")
    (directory / "a.tar.gz").write_bytes(junk)
    (directory / "sums").write_text(f"{hashlib.sha256(junk).hexdigest()}  a.tar.gz\n")
    archive, sums = ((directory / name).as_uri() for name in ("a.tar.gz", "sums"))

    with pytest.raises(DownloadError):
        download(archive, sums, "pulumi/pulumi", directory / "pulumi")


def test_as_the_dockerfile_runs_it(server: ScriptedServer, target: Path) -> None:
    """Alone, with nothing but the standard library, it ends well or says what is wrong."""
    archive = packed()
    server.on("GET", ARCHIVE, Reply(raw=archive), Reply(status=404))
    server.on("GET", CHECKSUMS, Reply(raw=listed(archive)))
    script = Path(release_download.__file__)
    addresses = [f"{server.url}{ARCHIVE}", f"{server.url}{CHECKSUMS}"]
    command = [sys.executable, "-IS", str(script), *addresses, "pulumi/pulumi", str(target)]

    good = subprocess.run(command, capture_output=True, text=True, check=False)
    bad = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (good.returncode, good.stderr, target.is_file()) == (0, "", True)
    assert bad.returncode == 1
    assert bad.stderr == f"error: {addresses[0]} answered 404\n"
