"""A secret as the JSON document in its file, and back. Values are in it only sealed."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.master_keys import WrappedKey
from hoist.secrets.model import Rotation, RotationRules, SecretVersion, StoredSecret
from hoist.secrets.sealing import SealedValue

FORMAT = 1

_Field = TypeVar("_Field")


def encode(secret: StoredSecret) -> bytes:
    document = {
        "format": FORMAT,
        "name": secret.name,
        "arn": secret.arn,
        "created_at": _from_instant(secret.created_at),
        "changed_at": _from_instant(secret.changed_at),
        "description": secret.description,
        "kms_key_id": secret.kms_key_id,
        "tags": dict(secret.tags),
        "policy": secret.policy,
        "rotation": _from_rotation(secret.rotation) if secret.rotation else None,
        "last_rotated_at": _optional(_from_instant, secret.last_rotated_at),
        "last_accessed_on": _optional(date.isoformat, secret.last_accessed_on),
        "deletion_due_at": _optional(_from_instant, secret.deletion_due_at),
        "versions": [_from_version(version) for version in secret.versions],
    }
    return json.dumps(document, indent=1).encode()


def decode(content: bytes, *, source: str) -> StoredSecret:
    """The secret in a file's bytes; SecretFileDamagedError for anything that `encode` never wrote.

    The error names the `source` and nothing of what stands in it.
    """
    try:
        document = json.loads(content)
        return _secret(document)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise SecretFileDamagedError(
            f"{source} is not a secret that this version of Hoist can read.",
            way_out="Restore the file from a backup; a newer Hoist may have written it.",
        ) from None


def _secret(document: dict[str, Any]) -> StoredSecret:
    if document["format"] != FORMAT:
        raise ValueError("another format")
    versions = tuple(_version(each) for each in _of(list, document["versions"]))
    if len({version.version_id for version in versions}) != len(versions):
        raise ValueError("two versions of one id")
    labels = [stage for version in versions for stage in version.stages]
    if len(set(labels)) != len(labels):
        raise ValueError("one label on two versions")
    return StoredSecret(
        name=_of(str, document["name"]),
        arn=_of(str, document["arn"]),
        created_at=_instant(document["created_at"]),
        changed_at=_instant(document["changed_at"]),
        versions=versions,
        description=_optional_of(str, document["description"]),
        kms_key_id=_optional_of(str, document["kms_key_id"]),
        tags=_tags(document["tags"]),
        policy=_optional_of(str, document["policy"]),
        rotation=_optional(_rotation, document["rotation"]),
        last_rotated_at=_optional(_instant, document["last_rotated_at"]),
        last_accessed_on=_optional(date.fromisoformat, document["last_accessed_on"]),
        deletion_due_at=_optional(_instant, document["deletion_due_at"]),
    )


def _tags(document: dict[str, Any]) -> dict[str, str]:
    return {_of(str, key): _of(str, value) for key, value in _of(dict, document).items()}


def _from_version(version: SecretVersion) -> dict[str, Any]:
    return {
        "id": version.version_id,
        "created_at": _from_instant(version.created_at),
        "stages": sorted(version.stages),
        "last_accessed_on": _optional(date.isoformat, version.last_accessed_on),
        "value": _optional(_from_value, version.value),
    }


def _version(document: dict[str, Any]) -> SecretVersion:
    stages = [_of(str, stage) for stage in _of(list, document["stages"])]
    return SecretVersion(
        version_id=_of(str, document["id"]),
        created_at=_instant(document["created_at"]),
        stages=frozenset(stages),
        value=_optional(_value, document["value"]),
        last_accessed_on=_optional(date.fromisoformat, document["last_accessed_on"]),
    )


def _from_value(value: SealedValue) -> dict[str, str]:
    return {
        "master_key_id": value.wrapped_key.master_key_id,
        "wrapped_key": _from_bytes(value.wrapped_key.blob),
        "nonce": _from_bytes(value.nonce),
        "ciphertext": _from_bytes(value.ciphertext),
    }


def _value(document: dict[str, Any]) -> SealedValue:
    wrapped = WrappedKey(_of(str, document["master_key_id"]), _bytes(document["wrapped_key"]))
    return SealedValue(wrapped, _bytes(document["nonce"]), _bytes(document["ciphertext"]))


def _from_rotation(rotation: Rotation) -> dict[str, Any]:
    return {
        "function_arn": rotation.function_arn,
        "is_enabled": rotation.is_enabled,
        "automatically_after_days": rotation.rules.automatically_after_days,
        "schedule_expression": rotation.rules.schedule_expression,
        "duration": rotation.rules.duration,
    }


def _rotation(document: dict[str, Any]) -> Rotation:
    rules = RotationRules(
        _optional_of(int, document["automatically_after_days"]),
        _optional_of(str, document["schedule_expression"]),
        _optional_of(str, document["duration"]),
    )
    return Rotation(_of(str, document["function_arn"]), rules, _of(bool, document["is_enabled"]))


def _from_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without its offset")
    return instant.astimezone(UTC)


def _from_bytes(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(_of(str, text), validate=True)


def _of(kind: type[_Field], field: object) -> _Field:
    if type(field) is not kind:
        raise ValueError(f"not a {kind.__name__}")
    if isinstance(field, str):
        # JSON can spell half a surrogate pair, which no file name and no answer could hold.
        field.encode()
    return field


def _optional_of(kind: type[_Field], field: object) -> _Field | None:
    return None if field is None else _of(kind, field)


def _optional(change: Callable[[Any], _Field], field: Any) -> _Field | None:
    return None if field is None else change(field)
