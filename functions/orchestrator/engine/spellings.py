r"""How one value looks in plain text, in JSON, in a URL and in base64, as regular expressions.

Each expression is deterministic: at any place at most one alternative fits, so that matching is
linear whatever the text (`\` and `\\` as alternatives would not be).
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

# "+" and "/" of the standard alphabet are "-" and "_" in the one for URLs, and may be quoted.
BASE64_SPECIALS = {"+": r"(?:[+\-]|%2[Bb])", "/": r"(?:[/_]|%2[Ff]|\\/)"}
NOT_SAFE_IN_URLS = re.compile(r"[^A-Za-z0-9_.~-]")
# What Go's encoder escapes besides, unless told not to; the engine is written in Go.
GO_ESCAPES = str.maketrans(
    {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a value: an expression, and what can be said of all that it matches."""

    pattern: str = field(repr=False)
    # The most characters that it takes.
    longest: int
    # What it has in it however its other characters are written; may be empty.
    certain_part: str = field(repr=False)


def spellings_of(value: str) -> set[Spelling]:
    """Every way to write the value that is looked for."""
    return {
        *(Spelling(re.escape(text), len(text), text) for text in _as_json(value)),
        _in_url(value),
        *_in_base64(value.encode("utf-8", "replace")),
    }


def _as_json(value: str) -> set[str]:
    """The value itself and inside a JSON string, that may be inside a JSON string again."""
    once = {
        _json_inside(value, ensure_ascii=True),
        _json_inside(value, ensure_ascii=False),
        _json_inside(value, ensure_ascii=False).translate(GO_ESCAPES),
    }
    twice = {_json_inside(text, ensure_ascii=False) for text in once}
    return {value, *once, *twice}


def _json_inside(value: str, *, ensure_ascii: bool) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii)[1:-1]


def _in_url(value: str) -> Spelling:
    """Percent-quoted, whichever characters the encoder holds to be safe."""
    quoted = quote(value, safe="", errors="replace")
    pattern = "".join(_character_in_url(character) for character in value)
    return Spelling(pattern, len(quoted), _longest_piece(NOT_SAFE_IN_URLS.split(value)))


def _character_in_url(character: str) -> str:
    quoted = quote(character, safe="", errors="replace")
    itself = re.escape(character)
    if quoted == character:
        return itself
    if character == "%":
        return "%(?:25)?"
    percent = re.sub("[A-F]", lambda digit: f"[{digit[0]}{digit[0].lower()}]", quoted)
    plus = r"|\+" if character == " " else ""
    return f"(?:{itself}|{percent}{plus})"


def _in_base64(value: bytes) -> Iterator[Spelling]:
    """The characters that the value alone decides, at each of its three places in a triple."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + value).decode()
        first = -(-before * 8 // 6)
        last = (before + len(value)) * 8 // 6
        inside = encoded[first:last]
        pattern = "".join(BASE64_SPECIALS.get(character, character) for character in inside)
        longest = len(inside) + 2 * sum(map(inside.count, BASE64_SPECIALS))
        yield Spelling(pattern, longest, _longest_piece(re.split("[+/]", inside)))


def _longest_piece(pieces: list[str]) -> str:
    return max(pieces, key=len)
