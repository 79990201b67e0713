"""The secrets provider `service`: encryption and decryption by this service, and the audit calls.

All values are base64 in JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoist.secret import Secret
from orchestrator.state.errors import BadRequestError
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import Access
from orchestrator.state.protocol.fields import list_field
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.service import StateService


@dataclass(frozen=True, slots=True)
class SecretRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access

    def encrypt(self, request: Request, *, name: StackName) -> Answer:
        [ciphertext] = self._encrypted(name, [_value(request.json(), "plaintext")])
        return Answer.of({"ciphertext": ciphertext})

    def encrypt_batch(self, request: Request, *, name: StackName) -> Answer:
        return Answer.of({"ciphertexts": self._encrypted(name, _values(request, "plaintexts"))})

    def decrypt(self, request: Request, *, name: StackName) -> Answer:
        [plaintext] = self._decrypted(name, [_value(request.json(), "ciphertext")])
        return Answer.of({"plaintext": plaintext.reveal()})

    def decrypt_batch(self, request: Request, *, name: StackName) -> Answer:
        """The CLI looks the plaintexts up by the very texts that it sent."""
        ciphertexts = _values(request, "ciphertexts")
        plaintexts = self._decrypted(name, ciphertexts)
        opened = {
            ciphertext: plaintext.reveal()
            for ciphertext, plaintext in zip(ciphertexts, plaintexts, strict=True)
        }
        return Answer.of({"plaintexts": opened})

    def log_decryption(self, _request: Request, *, name: StackName) -> Answer:
        """The CLI tells that it shows secrets that another provider has opened."""
        self.access.check_write(name)
        self.service.stacks.require(name)
        return Answer()

    def _encrypted(self, name: StackName, plaintexts: list[str]) -> list[str]:
        self.access.check_write(name)
        stack = self.service.stacks.require(name)
        return self.service.keys.encrypt(stack, [Secret(text) for text in plaintexts])

    def _decrypted(self, name: StackName, ciphertexts: list[str]) -> list[Secret]:
        # Who reads a whole state sees its secrets only with the right to change it. Who is shown
        # outputs alone refers to the stack, and needs the secret ones: it has no other ciphertext.
        if self.access.may_read_state(name):
            self.access.check_write(name)
        return self.service.keys.decrypt(self.service.stacks.require(name), ciphertexts)


def _values(request: Request, field: str) -> list[str]:
    values = list_field(request.json(), field)
    if not all(isinstance(value, str) for value in values):
        raise BadRequestError(f"'{field}' must be a list of texts")
    return values


def _value(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    # Go leaves an empty list of bytes out, or writes null.
    if not isinstance(value, str | None):
        raise BadRequestError(f"'{field}' must be text")
    return value or ""
