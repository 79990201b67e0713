"""Secret values within a state: envelopes around ciphertext, hidden or opened.

    {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:…"}

What is encrypted is the JSON of the value, unlike in config, where it is the text itself.
"""

import json
from collections.abc import Callable
from typing import Any, Protocol

from hoist.secret import Secret
from orchestrator.state.errors import CorruptStateError

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
SECRET_TEXT = "[secret]"


class Decrypter(Protocol):
    """Opens ciphertext; an orchestrator.state.data_keys.DataKey does."""

    def decrypt(self, text: str) -> Secret:
        """Raises CorruptStateError if it cannot be opened."""
        ...


def holds_secret(value: Any) -> bool:
    """Whether the value is secret, or a part of it is."""
    if isinstance(value, dict):
        return _is_envelope(value) or any(map(holds_secret, value.values()))
    return isinstance(value, list) and any(map(holds_secret, value))


def hidden(value: Any) -> Any:
    """The value with `[secret]` in place of each secret."""
    return _replaced(value, lambda envelope: SECRET_TEXT)


def opened(value: Any, key: Decrypter) -> Any:
    """The value with its secrets in the clear: for the eyes of who asked for it, and no log.

    Raises CorruptStateError for a secret that the key does not open.
    """
    return _replaced(value, lambda envelope: _open(envelope, key))


def _replaced(value: Any, replace: Callable[[dict[str, Any]], Any]) -> Any:
    if isinstance(value, dict):
        if _is_envelope(value):
            return replace(value)
        return {name: _replaced(item, replace) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, replace) for item in value]
    return value


def _is_envelope(value: dict[str, Any]) -> bool:
    return bool(value.get(SIGNATURE_KEY) == SECRET_SIGNATURE)


def _open(envelope: dict[str, Any], key: Decrypter) -> Any:
    try:
        # A secret may hold secrets of its own.
        return opened(json.loads(key.decrypt(str(envelope.get("ciphertext"))).reveal()), key)
    except ValueError as error:
        raise CorruptStateError(
            "a secret value in the state is not the JSON it should be"
        ) from error
