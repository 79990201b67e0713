"""What callers send: checked, in Secrets Manager's terms, before anything is read or changed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TypeVar

from hoist.secrets.answers import Tag
from hoist.secrets.refusals import Code, RefusedError
from hoist.secrets.sealing import Plaintext, ValueKind
from hoist.secrets.versions import MAX_STAGES

MAX_VALUE_BYTES = 65_536
MAX_TAGS = 50
MAX_TEXT_LENGTH = 2048
MAX_STAGE_LENGTH = 256
MAX_TAG_KEY_LENGTH = 128
MAX_TAG_VALUE_LENGTH = 256

_Text = TypeVar("_Text", str, str | None)


def version_id_of(token: str | None) -> str:
    """The new version's id: the caller's token, or a fresh one, as SDKs send when none is given."""
    if token is None:
        return str(uuid.uuid4())
    if not 32 <= len(token) <= 64:
        raise _invalid("ClientRequestToken must be 32-64 characters long.")
    return _storable(token)


def value_of(text: str | None, binary: bytes | bytearray | None) -> Plaintext | None:
    """The value that was sent, if one was."""
    if text is not None and binary is not None:
        raise _invalid("You can't specify both a binary secret value and a string secret value.")
    if text is not None:
        return _checked(Plaintext(ValueKind.TEXT, _encoded(text)))
    if binary is not None:
        return _checked(Plaintext(ValueKind.BINARY, bytes(binary)))
    return None


def required_value_of(text: str | None, binary: bytes | bytearray | None) -> Plaintext:
    value = value_of(text, binary)
    if value is None:
        raise RefusedError(
            Code.INVALID_REQUEST, "You must provide either SecretString or SecretBinary."
        )
    return value


def stages_of(stages: Sequence[str]) -> frozenset[str]:
    if not 1 <= len(stages) <= MAX_STAGES:
        raise _invalid(f"VersionStages must hold 1 to {MAX_STAGES} labels.")
    return frozenset(check_stage(stage) for stage in stages)


def check_stage(stage: str) -> str:
    if not 1 <= len(stage) <= MAX_STAGE_LENGTH:
        raise _invalid(f"A staging label has 1 to {MAX_STAGE_LENGTH} characters.")
    return _storable(stage)


def check_text(text: _Text) -> _Text:
    """A description, or the name of a key or function, as it was sent."""
    if text is None:
        return text
    if len(text) > MAX_TEXT_LENGTH:
        raise _invalid(f"A description or ARN has at most {MAX_TEXT_LENGTH} characters.")
    return _storable(text)


def with_tags(tags: Mapping[str, str], added: Sequence[Tag]) -> Mapping[str, str]:
    """The tags with others added or replaced."""
    tagged = {**tags, **dict(_tag(tag) for tag in added)}
    if len(tagged) > MAX_TAGS:
        raise RefusedError(Code.INVALID_PARAMETER, f"A secret can have at most {MAX_TAGS} tags.")
    return tagged


def without_tags(tags: Mapping[str, str], keys: Sequence[str]) -> Mapping[str, str]:
    return {key: value for key, value in tags.items() if key not in keys}


def _tag(tag: Tag) -> tuple[str, str]:
    key, value = tag.get("Key", ""), tag.get("Value", "")
    if not 1 <= len(key) <= MAX_TAG_KEY_LENGTH or key.lower().startswith("aws:"):
        raise _invalid(
            f"A tag's key has 1 to {MAX_TAG_KEY_LENGTH} characters and does not begin with aws:."
        )
    if len(value) > MAX_TAG_VALUE_LENGTH:
        raise _invalid(f"A tag's value has at most {MAX_TAG_VALUE_LENGTH} characters.")
    return _storable(key), _storable(value)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Without the cause, which quotes the value.
        raise _invalid("The text is not valid Unicode.") from None


def _storable(text: str) -> str:
    """JSON could spell half a surrogate pair, but no answer could hold it."""
    _encoded(text)
    return text


def _checked(value: Plaintext) -> Plaintext:
    if not 1 <= len(value.data) <= MAX_VALUE_BYTES:
        raise _invalid(f"A secret value has 1 to {MAX_VALUE_BYTES} bytes.")
    return value


def _invalid(message: str) -> RefusedError:
    return RefusedError(Code.INVALID_PARAMETER, message)
