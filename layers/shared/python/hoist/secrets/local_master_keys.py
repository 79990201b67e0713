"""A master key in this process's memory: AES-256-GCM around each data key."""

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.master_keys import DATA_KEY_BYTES, DataKey, WrappedKey, mismatch
from hoist.secrets.sealing import NONCE_BYTES, authenticated

_FINGERPRINT_BYTES = 8


class LocalMasterKeys:
    """Master keys over 32 bytes that `load` gives, once and on first use."""

    def __init__(self, kind: str, load: Callable[[], bytes]) -> None:
        self._kind = kind
        self._load = load

    @cached_property
    def key_id(self) -> str:
        # To guess a passphrase by this takes a scrypt for each guess, like guessing by the tag
        # of any value in the store.
        fingerprint = hashlib.sha256(b"hoist master key id\0" + self._key).hexdigest()
        return f"{self._kind}:{fingerprint[: 2 * _FINGERPRINT_BYTES]}"

    def new_data_key(self, context: Mapping[str, str]) -> DataKey:
        plain = os.urandom(DATA_KEY_BYTES)
        nonce = os.urandom(NONCE_BYTES)
        blob = nonce + self._cipher.encrypt(nonce, plain, authenticated(context))
        return DataKey(plain, WrappedKey(self.key_id, blob))

    def unwrap(self, wrapped: WrappedKey, context: Mapping[str, str]) -> bytes:
        if wrapped.master_key_id != self.key_id:
            raise mismatch(wrapped)
        nonce, ciphertext = wrapped.blob[:NONCE_BYTES], wrapped.blob[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, ciphertext, authenticated(context))
        except (InvalidTag, ValueError):
            raise SecretFileDamagedError(
                "A data key of the store was changed, or moved to another version.",
                way_out="Restore the secret's file from a backup, or write the value again.",
            ) from None

    @cached_property
    def _key(self) -> bytes:
        return self._load()

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._key)
