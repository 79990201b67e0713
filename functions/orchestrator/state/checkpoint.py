"""The file in which Pulumi's S3 backend keeps a stack: `.pulumi/stacks/<project>/<stack>.json`.

{"version": 4, "features": ["taint"], "checkpoint": {"stack": ..., "latest": {deployment}}}
"""

import gzip
import zlib
from importlib import import_module
from typing import Any

from orchestrator.state.deployment import Deployment, VersionedDeployment, deployment_faults
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.exact_json import decode_json, encode_json
from orchestrator.state.schema_upgrades import (
    KNOWN_VERSIONS,
    OLDEST_VERSION,
    PLAIN_VERSION,
    VERSION_WITH_FEATURES,
    upgraded,
)

_UNVERSIONED = 0

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def encode_checkpoint(stack_name_fully_qualified: str, state: VersionedDeployment) -> bytes:
    """The file's bytes; the same state always gives the same."""
    checkpoint: dict[str, Any] = {"stack": stack_name_fully_qualified}
    if state.deployment is not None:
        checkpoint["latest"] = state.deployment
    file: dict[str, Any] = {"version": state.version}
    if state.features:
        file["features"] = list(state.features)
    return encode_json({**file, "checkpoint": checkpoint})


def decode_checkpoint(body: bytes) -> VersionedDeployment:
    """What the file says, compressed or not, in the present schema.

    Raises CorruptStateError if it cannot be read, or is of a version that Hoist does not know.
    """
    file = _parse(_decompressed(body))
    version = file.get("version", _UNVERSIONED)
    # Before there were versions, the file was the checkpoint itself.
    checkpoint = _object(file.get("checkpoint", file), "its checkpoint")
    latest = checkpoint.get("latest")
    if version == _UNVERSIONED and type(version) is int:
        version = OLDEST_VERSION
    if type(version) is not int or version not in KNOWN_VERSIONS:
        raise CorruptStateError(
            f"the checkpoint is of version {version!r}, which Hoist cannot read",
            way_out="export and import the stack once with the Pulumi version Hoist is made for",
        )
    if latest is None:
        return VersionedDeployment(max(version, PLAIN_VERSION), (), None)
    deployment: Deployment = _object(latest, "its deployment")
    if version < PLAIN_VERSION:
        for fault in deployment_faults(deployment):
            raise _unreadable(fault)
        version, deployment = upgraded(version, deployment)
    return VersionedDeployment(version, _features(file, version), deployment)


def _parse(text: bytes) -> dict[str, Any]:
    try:
        return _object(decode_json(text), "it")
    except ValueError as error:
        raise _unreadable("it is not JSON") from error


def _features(file: dict[str, Any], version: int) -> tuple[str, ...]:
    features = file.get("features") or []
    if not isinstance(features, list) or not all(isinstance(name, str) for name in features):
        raise _unreadable("its features are not a list of texts")
    return tuple(features) if version == VERSION_WITH_FEATURES else ()


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unreadable(f"{what} is not an object")
    return value


def _decompressed(body: bytes) -> bytes:
    if body.startswith(_GZIP_MAGIC):
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable("its gzip data is damaged") from error
    if body.startswith(_ZSTD_MAGIC):
        return _decompressed_zstd(body)
    return body


def _decompressed_zstd(body: bytes) -> bytes:
    try:
        # Part of the standard library from Python 3.14.
        zstd = import_module("compression.zstd")
    except ImportError as error:
        raise CorruptStateError(
            "the checkpoint is compressed with zstd, which this Python cannot read",
            way_out="unpack it with the zstd command and store it without the ending .zst",
        ) from error
    try:
        return bytes(zstd.decompress(body))
    except zstd.ZstdError as error:
        raise _unreadable("its zstd data is damaged") from error


def _unreadable(why: str) -> CorruptStateError:
    return CorruptStateError(
        f"the checkpoint cannot be read: {why}",
        way_out="restore an earlier version of the object; the bucket keeps them",
    )
