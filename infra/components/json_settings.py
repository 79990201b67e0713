"""Settings that are JSON objects: everything in them is known by name, or refused."""

import json
from collections.abc import Callable, Collection
from typing import Any

from components.errors import SettingsError

Refuse = Callable[[str], SettingsError]
"""Makes the refusal of a setting from a reason, which goes on where the setting's name ended."""


def json_object(text: str, known: Collection[str], refuse: Refuse) -> dict[str, Any]:
    """The object in a setting's text."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise refuse("is not JSON") from None
    if not isinstance(given, dict):
        raise refuse("is not a JSON object")
    if unknown := sorted(given.keys() - set(known)):
        raise refuse(f"has no {', '.join(unknown)}")
    return given
