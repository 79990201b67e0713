"""What a strategy needs of an issuer. Another product's interface is another class of this form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hoist.secret import Secret

# What an issuer that tells no limit of its own counts as.
NO_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with the id by which its issuer knows it. The id opens nothing."""

    key_id: str
    key: Secret


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A live key as its issuer lists it: the key itself is shown once, when it is issued."""

    key_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """The live keys of some label, and how many more the issuer would make for anybody."""

    keys: Sequence[HeldKey]
    free_places: int = NO_LIMIT


class KeyIssuer(Protocol):
    """Every failure is an IssuerFailureError. A key that was made may come to be known late."""

    def keys_labelled(self, prefix: str) -> Holdings:
        """All live keys whose label begins so, and no other key."""
        ...

    def issue(self, label: str) -> IssuedKey:
        """A new key, which bears the label from its first moment.

        After a failure it may have been made all the same: then it is found by its label.
        """
        ...

    def verify(self, key: Secret) -> str | None:
        """The id of the key; None if the issuer lets nobody in with it."""
        ...

    def revoke(self, key_id: str) -> None:
        """Does nothing if there is no such key."""
        ...
