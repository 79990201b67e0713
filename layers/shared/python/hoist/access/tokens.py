"""The text of a token: `hoist_<id>_<secret><checksum>`.

The id is no secret: it is in logs and lists. The checksum lets who searches for leaked secrets, and
who copied one badly, know without asking anybody.
"""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass

from hoist.access.errors import TokenInvalidError
from hoist.secret import Secret

ID_BYTES = 10
SECRET_BYTES = 32
_FORM = re.compile(r"(hoist_([0-9a-f]{20})_[0-9a-f]{64})([0-9a-f]{8})")
_ID = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token whose text has the right form; whether anybody knows it is another question."""

    id: str
    text: Secret

    @property
    def digest(self) -> str:
        """SHA-256 of the text, which is all of it that is ever stored."""
        return hashlib.sha256(self.text.reveal().encode()).hexdigest()


def new_token() -> AccessToken:
    """A token that nobody can guess."""
    token_id = secrets.token_hex(ID_BYTES)
    body = f"hoist_{token_id}_{secrets.token_hex(SECRET_BYTES)}"
    return AccessToken(token_id, Secret(body + _checksum(body)))


def parse_token(text: Secret) -> AccessToken:
    """Raises TokenInvalidError, which never holds the text."""
    found = _FORM.fullmatch(text.reveal())
    if found is None:
        raise TokenInvalidError("it is none of Hoist's")
    if _checksum(found[1]) != found[3]:
        raise TokenInvalidError("it is damaged; was it copied as a whole?")
    return AccessToken(found[2], text)


def is_token_id(text: str) -> bool:
    """Whether a token may have this id."""
    return _ID.fullmatch(text) is not None


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
