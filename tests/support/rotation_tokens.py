"""JSON web tokens as a service would sign and verify them with a key set."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from hoist.key_sets import KeySet


def issue(key_set: KeySet, *, now: datetime, lifetime: timedelta) -> str:
    """A token signed with the key that is to sign now."""
    key = key_set.signing_key(now)
    header = {"alg": key_set.policy.algorithm.value, "typ": "JWT", "kid": key.kid}
    claims = {"sub": "somebody", "exp": (now + lifetime).timestamp()}
    message = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{message}.{_base64(key_set.sign(message.encode(), key))}"


def is_accepted(key_set: KeySet, token: str, *, now: datetime) -> bool:
    """Whether a verifier lets the token in."""
    return is_signed(key_set, token, now=now) and now.timestamp() < _claims(token)["exp"]


def is_signed(key_set: KeySet, token: str, *, now: datetime) -> bool:
    """Whether the signature is good, whatever the token says of its own end."""
    message, _, signature = token.rpartition(".")
    kid = _decoded(message.split(".")[0])["kid"]
    return key_set.verify(message.encode(), _bytes(signature), kid=kid, now=now)


def _claims(token: str) -> dict[str, Any]:
    return _decoded(token.split(".")[1])


def _encoded(fields: dict[str, Any]) -> str:
    return _base64(json.dumps(fields).encode())


def _decoded(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(_bytes(text))
    return fields


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
