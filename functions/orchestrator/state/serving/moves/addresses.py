"""Addresses of backends, as `pulumi login` takes them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from orchestrator.state.serving.errors import BackendAddressError

# What an SDK finds out by itself; others take it from the address.
_IGNORED = frozenset({"awssdk", "s3ForcePathStyle", "use_path_style"})
_UNDERSTOOD = frozenset({"region", "endpoint"})


@dataclass(frozen=True, slots=True)
class FolderAddress:
    """A folder of this machine."""

    folder: Path

    def __str__(self) -> str:
        return f"file://{self.folder}"


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket, or a part of one."""

    bucket: str
    prefix: str = ""
    region: str = ""
    endpoint_url: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


BackendAddress = FolderAddress | BucketAddress


def parse_address(text: str) -> BackendAddress:
    """Raises BackendAddressError."""
    if text.startswith("file://"):
        return _folder(text)
    if text.startswith("s3://"):
        return _bucket(text)
    raise BackendAddressError(
        f"'{text[:200]}' is no address of a backend", way_out="give file://FOLDER or s3://BUCKET"
    )


def _folder(text: str) -> FolderAddress:
    path = text.removeprefix("file://").partition("?")[0]
    if not path or "\0" in path:
        raise BackendAddressError(f"'{text[:200]}' names no folder", way_out="give file://FOLDER")
    return FolderAddress(Path(path).expanduser().absolute())


def _bucket(text: str) -> BucketAddress:
    try:
        parts = urlsplit(text)
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise BackendAddressError(f"'{text[:200]}' cannot be understood") from error
    unknown = sorted(query.keys() - _UNDERSTOOD - _IGNORED)
    if unknown:
        raise BackendAddressError(
            f"'{unknown[0]}' in '{text[:200]}' is not understood here",
            way_out="leave it out; AWS_PROFILE and other variables of the AWS SDKs hold here too",
        )
    if not parts.netloc:
        raise BackendAddressError(f"'{text[:200]}' names no bucket", way_out="give s3://BUCKET")
    endpoint = query.get("endpoint", [""])[0]
    return BucketAddress(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        region=query.get("region", [""])[0],
        endpoint_url=endpoint if not endpoint or "://" in endpoint else f"https://{endpoint}",
    )
