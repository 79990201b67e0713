"""The master key in KMS: it never leaves it, and each use is in CloudTrail with its secret."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from hoist.secrets.errors import MasterKeyUnavailableError, SecretFileDamagedError
from hoist.secrets.master_keys import DataKey, WrappedKey, mismatch

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

# What KMS says of a ciphertext that was changed or is used with another context.
_DAMAGED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class KmsMasterKeys:
    """A symmetric KMS key, by id, ARN or alias. Needs GenerateDataKey, Decrypt and DescribeKey."""

    def __init__(self, kms: "KMSClient", key: str) -> None:
        self._kms = kms
        self._key = key

    @cached_property
    def key_id(self) -> str:
        try:
            return self._kms.describe_key(KeyId=self._key)["KeyMetadata"]["Arn"]
        except (ClientError, BotoCoreError) as error:
            raise self._unavailable() from error

    def new_data_key(self, context: Mapping[str, str]) -> DataKey:
        try:
            made = self._kms.generate_data_key(
                KeyId=self.key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            )
        except (ClientError, BotoCoreError) as error:
            raise self._unavailable() from error
        return DataKey(made["Plaintext"], WrappedKey(self.key_id, made["CiphertextBlob"]))

    def unwrap(self, wrapped: WrappedKey, context: Mapping[str, str]) -> bytes:
        if wrapped.master_key_id != self.key_id:
            raise mismatch(wrapped)
        try:
            return self._kms.decrypt(
                KeyId=self.key_id,
                CiphertextBlob=wrapped.blob,
                EncryptionContext=dict(context),
            )["Plaintext"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _DAMAGED:
                raise SecretFileDamagedError(
                    "KMS does not take a data key of the store: it was changed, or moved to"
                    " another version.",
                    way_out="Restore the secret's file from a backup, or write the value again.",
                ) from error
            raise self._unavailable() from error
        except BotoCoreError as error:
            raise self._unavailable() from error

    def _unavailable(self) -> MasterKeyUnavailableError:
        return MasterKeyUnavailableError(
            f"KMS did not let us use the master key {self._key}.",
            way_out="Check that the key is enabled and that this role may call"
            " kms:GenerateDataKey, kms:Decrypt and kms:DescribeKey on it.",
        )
