"""Which keys have to go before another is issued. Nothing here calls anything."""

from collections.abc import Sequence
from datetime import datetime

from rotation.errors import RotationPolicyError
from rotation.strategies.api_key.document import ApiKeyDocument
from rotation.strategies.api_key.issuer import HeldKey, Holdings


def superfluous_keys(
    document: ApiKeyDocument, held: Sequence[HeldKey], *, label: str
) -> Sequence[str]:
    """The ids of all keys of the secret but the current one: the replaced, and orphans.

    A key of this very label was issued by a try that could not store it. Raises
    RotationPolicyError if nobody can say who uses the keys.
    """
    going = {key.key_id for key in held if key.key_id != document.key_id}
    if document.issued is None:
        _refuse_unknown_use(held, label)
    if document.replaced_key_id:
        # A key that was made by hand has no label: it is not in the list.
        going.add(document.replaced_key_id)
    return sorted(going)


def refuse_open_overlap(document: ApiKeyDocument, now: datetime) -> None:
    """Raises RotationPolicyError while the replaced key still has to let its users in.

    It counts from when the new key was issued, whose publication follows within minutes.
    """
    if document.issued_at is None or not document.replaced_key_id:
        return
    if now < document.issued_at + document.overlap:
        raise RotationPolicyError(
            "the key before the current one is still good for those who have not read anew,"
            " and a third one is not issued",
            way_out="wait until 'overlap_hours' are over, or set them to 0 to cut its users off",
        )


def refuse_full_issuer(document: ApiKeyDocument, holdings: Holdings) -> None:
    """Raises RotationPolicyError if there is no place for a key even after the others are gone."""
    going = sum(key.key_id != document.key_id for key in holdings.keys)
    if holdings.free_places + going < 1:
        raise RotationPolicyError(
            "the issuer has no place for another key",
            way_out="revoke a key that nobody uses, or have the issuer's limit raised",
        )


def _refuse_unknown_use(held: Sequence[HeldKey], label: str) -> None:
    # Somebody has taken the key out of the secret: programs may have kept it.
    others = [key for key in held if key.label != label]
    if others:
        raise RotationPolicyError(
            f"the secret has no key, and the issuer has {len(others)} that were made for it",
            way_out="choose another 'key_name', or revoke those keys if nobody uses them",
        )
