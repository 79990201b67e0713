"""Puts one program out of an official release into place; runs alone, in the image that is built.

    python release_download.py <address of the archive> <address of its checksums> <member> <target>

The archive must be what the release's own list of checksums says. Both come over HTTPS; where the
archive lies is followed, as long as that is encrypted too. Only the standard library is there.
"""

import hashlib
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

TIMEOUT_SECONDS = 60


class DownloadError(Exception):
    """The program could not be put into place; says why."""


def download(archive: str, checksums: str, member: str, target: Path) -> None:
    """Write the member to `target`, executable; raises DownloadError and leaves none then."""
    expected = _listed(_text(checksums), archive.rpartition("/")[2])
    with tempfile.TemporaryFile() as fetched:
        with _opened(archive) as answer:
            shutil.copyfileobj(answer, fetched)
        if _sha256_of(fetched) != expected:
            raise DownloadError(f"{archive} is not what its list of checksums says")
        _extract(fetched, member, target)


def _text(address: str) -> str:
    with _opened(address) as answer:
        return answer.read().decode("utf-8", "replace")


def _opened(address: str) -> IO[bytes]:
    try:
        answer: IO[bytes] = urllib.request.build_opener(_SafeRedirects).open(
            address, timeout=TIMEOUT_SECONDS
        )
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(f"{address} answered {error.code}") from error
    except OSError as error:
        raise DownloadError(f"{address} cannot be reached: {error}") from error
    return answer


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(  # type: ignore[no-untyped-def]
        self, req, fp, code, msg, headers, newurl
    ) -> urllib.request.Request | None:
        # The checksums are only worth what the connection is that they came over.
        if req.type == "https" and not newurl.startswith("https://"):
            raise urllib.error.URLError("it redirects to a connection that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _listed(checksums: str, name: str) -> str:
    for line in checksums.splitlines():
        checksum, _, listed = line.strip().partition(" ")
        # As sha256sum writes it: the name may follow a `*`, and a path.
        if listed.strip().removeprefix("*").removeprefix("./") == name:
            return checksum.lower()
    raise DownloadError(f"the list of checksums does not have {name}")


def _sha256_of(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _extract(archive: IO[bytes], member: str, target: Path) -> None:
    # A name in the archive is only ever compared, never used as a path.
    archive.seek(0)
    try:
        with tarfile.open(fileobj=archive, mode="r:gz") as members:
            for each in members:
                if each.name.removeprefix("./") == member and each.isreg():
                    _write(members.extractfile(each), target)
                    return
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DownloadError(f"its archive cannot be read ({type(error).__name__})") from error
    raise DownloadError(f"its archive has no file {member}")


def _write(source: IO[bytes] | None, target: Path) -> None:
    assert source is not None, "a regular file has content"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    with source, partial.open("wb") as program:
        shutil.copyfileobj(source, program)
    partial.chmod(0o755)
    partial.replace(target)


def main(arguments: Sequence[str]) -> str | None:
    """What went wrong, or nothing."""
    archive, checksums, member, target = arguments
    try:
        download(archive, checksums, member, Path(target))
    except DownloadError as error:
        return f"error: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
