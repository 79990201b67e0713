"""Proofs that a key is good, and that another is dead: issuers may need some seconds for both."""

from collections.abc import Collection

from hoist.clock import Clock
from rotation.errors import FailureKind, RotationPolicyError
from rotation.strategies.api_key.failures import IssuerFailureError
from rotation.strategies.api_key.issuer import IssuedKey, KeyIssuer
from rotation.strategies.patience import comes_true


def prove_good(issuer: KeyIssuer, issued: IssuedKey, clock: Clock) -> None:
    """Raises IssuerFailureError if the key lets nobody in, RotationPolicyError if it is another."""

    def is_good() -> bool:
        key_id = issuer.verify(issued.key)
        if key_id not in {None, issued.key_id}:
            raise RotationPolicyError(
                "the issuer knows the key by another id than the secret does",
                way_out="correct 'key_id' or 'key' of the secret",
            )
        return key_id is not None

    if not comes_true(is_good, clock):
        raise IssuerFailureError(
            "the issuer lets nobody in with the key",
            kind=FailureKind.AUTHENTICATION,
            way_out="if it is the pending one, cancel the rotation, remove AWSPENDING and start a"
            " new one; else take 'key_id', 'key' and 'replaced_key_id' out of the secret",
        )


def prove_dead(issuer: KeyIssuer, issued: IssuedKey, clock: Clock) -> None:
    """Raises IssuerFailureError if a key that was revoked still lets somebody in."""
    if not comes_true(lambda: issuer.verify(issued.key) is None, clock):
        raise _still_alive("lets somebody in with")


def prove_gone(issuer: KeyIssuer, prefix: str, key_ids: Collection[str], clock: Clock) -> None:
    """For keys whose value nobody has: raises IssuerFailureError if they are still listed."""

    def is_gone() -> bool:
        listed = {key.key_id for key in issuer.keys_labelled(prefix).keys}
        return listed.isdisjoint(key_ids)

    if not comes_true(is_gone, clock):
        raise _still_alive("still lists")


def _still_alive(fault: str) -> IssuerFailureError:
    return IssuerFailureError(
        f"the issuer {fault} a key that it was told to revoke",
        kind=FailureKind.POLICY,
        way_out="wait, as the rotation is tried again; if it stays so, revoke the key by hand",
    )
