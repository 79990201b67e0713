"""Strict reading of a secret JSON object: every field is asked for by name, and none is left over.

No error shows a value of the document, only the names of its fields.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from hoist.errors import UsageError
from hoist.secret import Secret


class InvalidDocumentError(UsageError):
    """A JSON document is not what its reader takes."""

    code = "invalid_document"


class JsonFields:
    """The fields of one JSON object; `what` names the object in errors."""

    def __init__(self, fields: Mapping[str, Any], what: str) -> None:
        self._left = dict(fields)
        self._what = what

    def text(self, name: str) -> str:
        """The text of a field that must be there and not be empty."""
        value = self.optional_text(name)
        if not value:
            raise self.refusal(f"needs the text {name!r}")
        return value

    def optional_text(self, name: str) -> str | None:
        """The text of a field; None if it is absent or null."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise self.refusal(f"has {name!r}, which is not a text")
        return value

    def secret(self, name: str) -> Secret:
        """Like `text`, for a value that nobody may see."""
        return Secret(self.text(name))

    def number(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds, both included."""
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise self.refusal(f"has {name!r}, which is no whole number of {lowest} to {highest}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(name, default)
        if not isinstance(value, bool):
            raise self.refusal(f"has {name!r}, which is neither true nor false")
        return value

    def instant(self, name: str) -> datetime:
        """An instant with its offset, as UTC."""
        return self._instant(name, self.text(name))

    def optional_instant(self, name: str) -> datetime | None:
        """Like `instant`; None if the field is absent or null."""
        text = self.optional_text(name)
        return None if text is None else self._instant(name, text)

    def object(self, name: str) -> "JsonFields":
        """The fields of an object within; an absent one has none."""
        value = self._left.pop(name, {})
        if not isinstance(value, dict):
            raise self.refusal(f"has {name!r}, which is not an object")
        return JsonFields(value, f"{name!r} of {self._what}")

    def objects(self, name: str) -> Sequence["JsonFields"]:
        """The objects of a list within."""
        values = self._left.pop(name, None)
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.refusal(f"needs {name!r}, a list of objects")
        return [
            JsonFields(value, f"{name!r}[{position}] of {self._what}")
            for position, value in enumerate(values)
        ]

    def refuse_others(self) -> None:
        """Raises if the object has a field that nobody asked for."""
        if self._left:
            raise self.refusal(f"has {len(self._left)} fields that are not known here")

    def refusal(self, fault: str) -> InvalidDocumentError:
        """The error that says what is wrong with this object."""
        return InvalidDocumentError(
            f"{self._what} {fault}", way_out="correct the document and store it again"
        )

    def _instant(self, name: str, text: str) -> datetime:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            instant = None  # the error would show the text
        if instant is None or instant.tzinfo is None:
            raise self.refusal(f"has {name!r}, which is no instant with an offset")
        return instant.astimezone(UTC)


def json_fields(document: Secret, what: str) -> JsonFields:
    """The fields of the document; raises InvalidDocumentError if it is not one JSON object."""
    try:
        value = json.loads(
            document.reveal(), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        value = None  # the error would hold the document
    if not isinstance(value, dict):
        raise InvalidDocumentError(
            f"{what} is not one JSON object with each field once",
            way_out="correct the document and store it again",
        )
    return JsonFields(value, what)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a field stands twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError("NaN and the infinities are no JSON")
