"""Data keys wrapped by a KMS key.

A provider URL is `awskms://<key>?region=<region>&context_stack=<stack id>`; the context binds the
wrapped key to the stack for ever.
"""

import os
from base64 import b64encode
from typing import TYPE_CHECKING

from orchestrator.state.data_keys import DATA_KEY_BYTES, DataKey, decoded
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.records import SecretsProvider
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.contexts import CONTEXT_PREFIX, encryption_context

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

# What KMS says when key, context and wrapped key do not belong together.
_CANNOT_BE_UNWRAPPED = frozenset(
    {
        "IncorrectKeyException",
        "InvalidCiphertextException",
        "NotFoundException",
        "ValidationException",
    }
)


class KmsDataKeys:
    """Data keys wrapped by a KMS key, with the stack's id as encryption context."""

    def __init__(self, kms: "KMSClient", *, key_alias: str, region: str) -> None:
        self._kms = kms
        self._key_alias = key_alias
        self._region = region

    def new(self, stack_id: str) -> SecretsProvider:
        url = f"awskms://{self._key_alias}?region={self._region}&{CONTEXT_PREFIX}stack={stack_id}"
        with aws_errors("kms:Encrypt", self._key_alias):
            answer = self._kms.encrypt(
                KeyId=self._key_alias,
                Plaintext=os.urandom(DATA_KEY_BYTES),
                EncryptionContext=encryption_context(url),
            )
        return SecretsProvider(url, b64encode(answer["CiphertextBlob"]).decode())

    def open(self, provider: SecretsProvider) -> DataKey:
        try:
            wrapped = decoded(provider.encrypted_key)
            with aws_errors("kms:Decrypt", provider.url, expected=_CANNOT_BE_UNWRAPPED):
                answer = self._kms.decrypt(
                    CiphertextBlob=wrapped, EncryptionContext=encryption_context(provider.url)
                )
            return DataKey(answer["Plaintext"])
        except (ValueError, RefusedError) as error:
            raise CorruptStateError(
                "the stack's data key cannot be unwrapped",
                way_out=f"see that it belongs to this stack and to the key of {provider.url}",
            ) from error
