"""Signs with a P-256 key of this machine: for tests, and a laptop without KMS."""

from functools import cached_property
from typing import TYPE_CHECKING

from hoist.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


class LocalSigner:
    """The key in `pem`, which `new_private_key` made."""

    def __init__(self, pem: Secret) -> None:
        self._pem = pem

    def public_key(self) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._key.public_key()
        return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, digest: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
        from cryptography.hazmat.primitives.hashes import SHA256

        return self._key.sign(digest, ECDSA(Prehashed(SHA256())))

    @cached_property
    def _key(self) -> "EllipticCurvePrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        key = load_pem_private_key(self._pem.reveal().encode(), password=None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise TypeError("the audit signs with a P-256 key")
        return key


def new_private_key() -> Secret:
    """A fresh P-256 key as PEM (PKCS 8)."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = generate_private_key(SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Secret(pem.decode())
