"""The keys of stacks whose secrets provider is `service`: this service encrypts for them.

A stack's data key is made on its first use and kept, wrapped, beside the checkpoints:

    .hoist/keys/<stack id>.json    {"format": 1, "url": ..., "encrypted_key": ...}

What is encrypted reads `<stack id>:v1:<nonce>:<ciphertext>`: behind the stack's id it is what the
cloud provider of that URL would have written, so that whoever can unwrap the key can read it
without this service.
"""

import json
from base64 import b64decode, b64encode
from contextlib import suppress

from hoist.secret import Secret
from orchestrator.state.data_keys import DataKey, DataKeys
from orchestrator.state.document_fields import known_fields
from orchestrator.state.errors import BadRequestError, CorruptStateError, ObjectChangedError
from orchestrator.state.names import service_key_key
from orchestrator.state.records import SecretsProvider, StackRecord
from orchestrator.state.storage import Objects

_FORMAT = 1


class ServiceKeys:
    """Encrypts and decrypts for stacks. May be used by several threads.

    Plaintexts are arbitrary bytes: they travel as base64, as on the wire.
    """

    def __init__(self, objects: Objects, data_keys: DataKeys | None) -> None:
        self._objects = objects
        self._data_keys = data_keys
        self._opened: dict[str, DataKey] = {}

    def encrypt(self, stack: StackRecord, plaintexts: list[Secret]) -> list[str]:
        """Ciphertexts in the same order, as base64; raises BadRequestError."""
        key = self._key(stack, make=True)
        sealed = [key.seal(_bytes_in(plaintext.reveal())) for plaintext in plaintexts]
        return [b64encode(f"{stack.id}:{text}".encode()).decode() for text in sealed]

    def decrypt(self, stack: StackRecord, ciphertexts: list[str]) -> list[Secret]:
        """Plaintexts in the same order.

        Raises BadRequestError for what was not encrypted for this stack.
        """
        key = self._key(stack, make=False)
        return [Secret(b64encode(_open(key, stack, text)).decode()) for text in ciphertexts]

    def _key(self, stack: StackRecord, *, make: bool) -> DataKey:
        if self._data_keys is None:
            raise BadRequestError(
                f"this backend keeps no keys, so it cannot encrypt for '{stack.name}'",
                way_out="give the stack a cloud secrets provider, such as awskms://",
            )
        key = self._opened.get(stack.id)
        if key is None:
            wrapped = self._wrapped(stack, self._data_keys, make=make)
            key = self._opened.setdefault(stack.id, self._data_keys.open(wrapped))
        return key

    def _wrapped(self, stack: StackRecord, data_keys: DataKeys, *, make: bool) -> SecretsProvider:
        where = service_key_key(stack.id)
        found = self._objects.get(where)
        if found is None and make:
            # If somebody else makes it meanwhile, theirs counts.
            with suppress(ObjectChangedError):
                self._objects.put(where, _document(data_keys.new(stack.id)), if_etag=None)
            found = self._objects.get(where)
        if found is None:
            raise BadRequestError(f"nothing was ever encrypted for '{stack.name}' here")
        return _provider_in(found.body)


def _document(provider: SecretsProvider) -> bytes:
    fields = {"url": provider.url, "encrypted_key": provider.encrypted_key}
    return json.dumps({"format": _FORMAT, **fields}).encode()


def _provider_in(body: bytes) -> SecretsProvider:
    try:
        return SecretsProvider(
            **known_fields(json.loads(body), "service key", format_number=_FORMAT)
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise CorruptStateError(
            "the data key of a stack cannot be read", way_out="restore the object from a backup"
        ) from error


def _open(key: DataKey, stack: StackRecord, ciphertext: str) -> bytes:
    try:
        stack_id, _, sealed = _bytes_in(ciphertext).decode("ascii").partition(":")
        if stack_id == stack.id:
            return key.unseal(sealed)
    except (UnicodeDecodeError, CorruptStateError):
        pass
    raise BadRequestError(
        f"a secret cannot be opened: it was not encrypted for stack '{stack.name}'",
        way_out="set it again",
    )


def _bytes_in(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise BadRequestError("a value to encrypt or decrypt is not base64") from error
