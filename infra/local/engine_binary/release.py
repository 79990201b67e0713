"""The engine out of the official release, its archive checked against the published checksums."""

import hashlib
import io
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import IO

from local.engine_binary.download import Downloader
from local.engine_binary.pin import Platform
from local.errors import EngineStepError
from local.progress import Progress, Task

RELEASES = "https://github.com/pulumi/pulumi/releases/download"
_MEBIBYTE = 1 << 20
_ARCHIVE_LIMIT_BYTES = 1024 * _MEBIBYTE
_CHECKSUMS_LIMIT_BYTES = _MEBIBYTE
# The releases' own word for what Go calls amd64.
_ARCHITECTURES = {"amd64": "x64", "arm64": "arm64"}
# The one file that we take: the language hosts beside it are not needed on a laptop.
_MEMBER = "pulumi/pulumi"


class OfficialRelease:
    """Downloads the archive of one version for one platform."""

    name = "the official release"

    def __init__(
        self, version: str, platform: Platform, downloader: Downloader, releases: str = RELEASES
    ) -> None:
        architecture = _ARCHITECTURES[platform.architecture]
        self._archive = f"pulumi-{version}-{platform.system}-{architecture}.tar.gz"
        self._archive_url = f"{releases}/{version}/{self._archive}"
        self._checksums_url = (
            f"{releases}/{version}/pulumi-{version.removeprefix('v')}-checksums.txt"
        )
        self._version = version
        self._downloader = downloader

    def write(self, target: Path, progress: Progress) -> None:
        """Write the engine to `target`; raises EngineStepError."""
        with (
            progress.task(
                f"Downloading the engine's official release {self._version} (a minute or two)"
            ) as task,
            tempfile.TemporaryFile(dir=target.parent) as archive,
        ):
            expected = self._published_checksum()
            self._download(archive, task)
            if _sha256_of(archive) != expected:
                raise EngineStepError(f"{self._archive_url} does not match its published checksum")
            _extract(archive, target)

    def _published_checksum(self) -> str:
        text = io.BytesIO()
        self._downloader.fetch(
            self._checksums_url,
            text,
            at_most=_CHECKSUMS_LIMIT_BYTES,
            on_bytes=lambda received, expected: None,
        )
        for line in text.getvalue().decode("utf-8", "replace").splitlines():
            checksum, _, name = line.partition(" ")
            if name.strip().removeprefix("*") == self._archive:
                return checksum.lower()
        raise EngineStepError(f"{self._checksums_url} does not list {self._archive}")

    def _download(self, archive: IO[bytes], task: Task) -> None:
        def show(received: int, expected: int | None) -> None:
            total = f" of {expected // _MEBIBYTE}" if expected else ""
            task.detail(f"{received // _MEBIBYTE}{total} MiB")

        self._downloader.fetch(
            self._archive_url, archive, at_most=_ARCHIVE_LIMIT_BYTES, on_bytes=show
        )


def _sha256_of(archive: IO[bytes]) -> str:
    archive.seek(0)
    return hashlib.file_digest(archive, "sha256").hexdigest()  # type: ignore[arg-type]


def _extract(archive: IO[bytes], target: Path) -> None:
    # A name in the archive is only ever compared, never used as a path.
    archive.seek(0)
    try:
        with tarfile.open(fileobj=archive, mode="r:gz") as members:
            for member in members:
                if member.name.removeprefix("./") == _MEMBER and member.isreg():
                    _write_member(members, member, target)
                    return
    except (tarfile.TarError, OSError, EOFError) as error:
        raise EngineStepError(f"its archive cannot be read ({type(error).__name__})") from error
    raise EngineStepError(f"its archive holds no file {_MEMBER}")


def _write_member(members: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.size > _ARCHIVE_LIMIT_BYTES:
        raise EngineStepError(f"its {_MEMBER} is {member.size} bytes large")
    source = members.extractfile(member)
    if source is None:
        raise EngineStepError(f"its archive holds no file {_MEMBER}")
    with source, target.open("wb") as engine:
        shutil.copyfileobj(source, engine)
