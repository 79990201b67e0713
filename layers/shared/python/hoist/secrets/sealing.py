"""Values under AES-256-GCM: a fresh data key for each, bound to its secret and version.

The authenticated data is what Secrets Manager gives KMS as encryption context, so a ciphertext
that is copied to another secret or version does not open there.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.master_keys import MasterKeys, WrappedKey

NONCE_BYTES = 12


class ValueKind(Enum):
    """SecretString or SecretBinary; sealed as the first byte, so that it cannot be changed."""

    TEXT = b"t"
    BINARY = b"b"


@dataclass(frozen=True, slots=True)
class Plaintext:
    """A secret value in the open."""

    kind: ValueKind
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A secret value as it may be stored."""

    wrapped_key: WrappedKey
    nonce: bytes
    ciphertext: bytes


def encryption_context(arn: str, version_id: str) -> dict[str, str]:
    return {"SecretARN": arn, "SecretVersionId": version_id}


def authenticated(context: Mapping[str, str]) -> bytes:
    """The one spelling of a context as authenticated data."""
    return json.dumps(context, sort_keys=True, separators=(",", ":")).encode()


def seal(plaintext: Plaintext, keys: MasterKeys, context: Mapping[str, str]) -> SealedValue:
    data_key = keys.new_data_key(context)
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(data_key.plain).encrypt(
        nonce, plaintext.kind.value + plaintext.data, authenticated(context)
    )
    return SealedValue(data_key.wrapped, nonce, ciphertext)


def unseal(sealed: SealedValue, keys: MasterKeys, context: Mapping[str, str]) -> Plaintext:
    """The value; nothing of it when a bit of the ciphertext or of the context is another."""
    data_key = keys.unwrap(sealed.wrapped_key, context)
    try:
        opened = AESGCM(data_key).decrypt(sealed.nonce, sealed.ciphertext, authenticated(context))
        return Plaintext(ValueKind(opened[:1]), opened[1:])
    except (InvalidTag, ValueError):
        raise SecretFileDamagedError(
            f"The value of version {context.get('SecretVersionId')} of"
            f" {context.get('SecretARN')} was changed in its file.",
            way_out="Restore the secret's file from a backup, or write the value again.",
        ) from None
