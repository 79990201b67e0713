"""Heads: how far a chain went and with which hash, signed. Without the key nobody can make one."""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hoist.strict_json import InvalidDocumentError, JsonFields
from orchestrator.audit.entries import FORMAT, MAX_NUMBER, instant_text
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.state.exact_json import decode_json, encode_json

_PURPOSE = "hoist-audit-head"
"""Signed with the rest, so that a signature for something else is none of a head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is signed."""

    chain: str
    number: int
    """Of the entry that was the last one."""
    hash: str
    """Of that entry, and so of all before it."""
    at: datetime
    key_id: str
    """SHA-256 of the public key (DER), by which the key is told from any other."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON: what the key signs."""
        return hashlib.sha256(encode_json(head_document(self), sort_keys=True)).digest()


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its proof; it needs nothing else to be checked."""

    head: Head
    signature: bytes
    """ECDSA over P-256, DER."""
    public_key: bytes
    """SubjectPublicKeyInfo, DER."""


class Signer(Protocol):
    """A P-256 key that signs digests."""

    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """The DER signature of 32 bytes of SHA-256."""
        ...


def key_id_of(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()


def head_document(head: Head) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "purpose": _PURPOSE,
        "chain": head.chain,
        "number": head.number,
        "hash": head.hash,
        "at": instant_text(head.at),
        "key_id": head.key_id,
    }


def signed_head_document(signed: SignedHead) -> dict[str, Any]:
    return {
        "head": head_document(signed.head),
        "signature": b64encode(signed.signature).decode(),
        "public_key": b64encode(signed.public_key).decode(),
    }


def encode_signed_head(signed: SignedHead) -> bytes:
    """Compact ASCII JSON with sorted names."""
    return encode_json(signed_head_document(signed), sort_keys=True)


def signed_head(body: bytes) -> SignedHead:
    """The head that these bytes are; raises AuditDamagedError. The signature is not checked."""
    try:
        signed = _signed_head(decode_json(body))
    except (ValueError, InvalidDocumentError) as error:
        raise _damaged() from error
    if encode_signed_head(signed) != body:
        raise _damaged()
    return signed


def _signed_head(document: Any) -> SignedHead:
    if not isinstance(document, dict):
        raise ValueError("a head is an object")  # noqa: TRY004 - as all else that is wrong
    fields = JsonFields(document, "a signed head of the audit")
    head = fields.object("head")
    head.number("format", default=0, lowest=FORMAT, highest=FORMAT)
    return SignedHead(
        Head(
            chain=head.text("chain"),
            number=head.number("number", default=0, lowest=1, highest=MAX_NUMBER),
            hash=head.text("hash"),
            at=head.instant("at"),
            key_id=head.text("key_id"),
        ),
        signature=b64decode(fields.text("signature")),
        public_key=b64decode(fields.text("public_key")),
    )


def _damaged() -> AuditDamagedError:
    return AuditDamagedError(
        "a head of the audit is none that this version of Hoist signs",
        way_out="read it with a newer version; if there is none, it is forged",
    )
