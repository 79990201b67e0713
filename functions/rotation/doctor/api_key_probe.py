"""Asks the issuer of an API key whether it lets the key in."""

from collections.abc import Callable

from hoist.secret import Secret
from rotation.strategies.api_key.document import api_key_document
from rotation.strategies.api_key.issuer import KeyIssuer


class ApiKeyProbe:
    """`issuer_of` finds the issuer that an administrator's secret opens."""

    def __init__(self, issuer_of: Callable[[str], KeyIssuer]) -> None:
        self._issuer_of = issuer_of

    def lets_in(self, value: Secret) -> bool:
        document = api_key_document(value)
        if document.issued is None:
            return False
        issuer = self._issuer_of(document.admin_secret)
        return issuer.verify(document.issued.key) == document.issued.key_id
