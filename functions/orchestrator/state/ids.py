"""Identifiers: of stacks for ever, of updates in the order of their creation."""

import hashlib
import secrets
from datetime import datetime

from hoist.secret import Secret

UPDATE_ID_PREFIX = "upd-"
"""Tells our updates, and the locks that bear their ids, from anybody else's."""


def new_stack_id() -> str:
    """A stack's immutable id; the encryption context of its data key names it."""
    return f"stk-{secrets.token_hex(10)}"


def new_update_id(now: datetime) -> str:
    """Sorts by creation, to the millisecond, as text."""
    return time_ordered_id(UPDATE_ID_PREFIX, now)


def time_ordered_id(prefix: str, now: datetime) -> str:
    """`<prefix><12 hex: milliseconds>-<10 hex>`."""
    return f"{prefix}{int(now.timestamp() * 1000):012x}-{secrets.token_hex(5)}"


def new_token() -> Secret:
    """An access or lease token: 256 random bits."""
    return Secret(secrets.token_urlsafe(32))


def token_digest(token: Secret) -> str:
    """What is stored of a token. It is random, so a plain hash is enough."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()
