"""Data keys of stacks, used as Pulumi's cloud secrets providers do.

Values are `v1:<nonce>:<ciphertext and tag>`, AES-256-GCM.
"""

import os
from base64 import b64decode, b64encode
from typing import Protocol

from hoist.secret import Secret
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.records import SecretsProvider

DATA_KEY_BYTES = 32
NONCE_BYTES = 12
VALUE_VERSION = "v1"


class DataKey:
    """An opened data key. Config values are texts, values in a state are JSON, others any bytes."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def encrypt(self, value: Secret) -> str:
        """The value as Pulumi writes it behind `secure:`."""
        return self.seal(value.reveal().encode())

    def decrypt(self, text: str) -> Secret:
        """The value behind a `secure:`. Raises CorruptStateError if this key does not open it."""
        try:
            return Secret(self.unseal(text).decode())
        except ValueError as error:
            raise _unreadable() from error

    def seal(self, plaintext: bytes) -> str:
        """Encrypt any bytes."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, plaintext, None)
        return ":".join((VALUE_VERSION, b64encode(nonce).decode(), b64encode(sealed).decode()))

    def unseal(self, text: str) -> bytes:
        """What was sealed; raises CorruptStateError if this key does not open it."""
        from cryptography.exceptions import InvalidTag

        try:
            version, nonce, sealed = text.split(":")
            if version != VALUE_VERSION:
                raise _unreadable()
            return self._cipher.decrypt(decoded(nonce), decoded(sealed), None)
        except (ValueError, InvalidTag) as error:
            raise _unreadable() from error


class DataKeys(Protocol):
    """Makes and opens the data keys of stacks."""

    def new(self, stack_id: str) -> SecretsProvider:
        """A fresh data key, wrapped for this stack."""
        ...

    def open(self, provider: SecretsProvider) -> DataKey:
        """The data key; raises CorruptStateError if it cannot be unwrapped."""
        ...


def decoded(text: str) -> bytes:
    """Raises ValueError for what is no base64, and for nothing at all."""
    if not text:
        raise ValueError("nothing to decode")
    return b64decode(text, validate=True)


def _unreadable() -> CorruptStateError:
    return CorruptStateError(
        "an encrypted value cannot be opened with the stack's data key",
        way_out="set it again; it may have been encrypted for another stack",
    )
