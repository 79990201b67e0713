"""Checks a head's signature, with nothing but what the head brings along."""

from orchestrator.audit.heads import SignedHead, key_id_of


def is_genuine(signed: SignedHead) -> bool:
    """Whether the head was signed by the key that it names; whose key that is, others must know."""
    # Loaded here: whoever only adds entries never pays for it.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if key_id_of(signed.public_key) != signed.head.key_id:
        return False
    try:
        key = load_der_public_key(signed.public_key)
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(
            key.curve, ec.SECP256R1
        ):
            return False
        key.verify(signed.signature, signed.head.digest, ec.ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
