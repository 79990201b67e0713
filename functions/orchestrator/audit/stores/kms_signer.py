"""Signs with an asymmetric KMS key (ECC_NIST_P256), which never leaves KMS.

Actions: kms Sign, GetPublicKey.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from orchestrator.state.stores.aws_errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KmsSigner:
    """The key `key_id`: an id, an ARN or an alias."""

    def __init__(self, kms: "KMSClient", *, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def public_key(self) -> bytes:
        return self._public_key

    def sign(self, digest: bytes) -> bytes:
        with aws_errors("kms:Sign", self._key_id):
            answer = self._kms.sign(
                KeyId=self._key_id,
                Message=digest,
                MessageType="DIGEST",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        return answer["Signature"]

    @cached_property
    def _public_key(self) -> bytes:
        with aws_errors("kms:GetPublicKey", self._key_id):
            return self._kms.get_public_key(KeyId=self._key_id)["PublicKey"]
