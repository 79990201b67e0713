"""Known secret values do not survive in any spelling, and nothing else is touched."""

import base64
import json
import random
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hoist.secret import Secret
from orchestrator.engine.redaction import MARK, MINIMUM_SECRET_CHARACTERS, Redactor

PRIVATE_KEY = (
    "-----BEGIN KEY-----\nMIIEvQIBADANBgkq/+hkiG9w0B\nAQEFAASCBKcwggSj\n-----END KEY-----\n"
)
TRICKY = 'a"b\\c<d>&é/ü+%25 \t=?'

# Without brackets no value holds a part of the mark, which stays where a value was.
characters = st.characters(codec="utf-8", exclude_characters="[]")
values = st.text(characters, min_size=MINIMUM_SECRET_CHARACTERS, max_size=40).filter(
    lambda value: value not in MARK
)
one_line_values = values.filter(
    lambda value: len(value.splitlines()) == 1 == len(value.split("\n"))
)
texts = st.text(max_size=30)


def redactor(*values: str) -> Redactor:
    return Redactor(map(Secret, values))


def as_go_json(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json with letters of all languages": lambda value: json.dumps(value, ensure_ascii=False),
    "json as Go writes it": as_go_json,
    "json in json": lambda value: json.dumps(json.dumps({"key": value})),
    "url, nothing safe": lambda value: quote(value, safe=""),
    "url path": quote,
    "url as Go writes user names": lambda value: quote(value, safe="$&+,;="),
    "url with small digits": lambda value: quote(value, safe="").replace("%C3%A9", "%c3%a9"),
    "form": quote_plus,
}


class TestSpellings:
    @pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
    @given(value=values, before=texts, after=texts)
    def test_no_encoding_gets_through(
        self, encode: Callable[[str], str], value: str, before: str, after: str
    ) -> None:
        """Whatever stands around it, an encoded value is replaced by the mark."""
        encoded = encode(value)

        redacted = redactor(value).redact(f"{before} {encoded} {after}")

        assert MARK in redacted
        assert encoded.strip('"') not in redacted.replace(MARK, "")

    @given(
        value=values,
        before=st.binary(max_size=8),
        after=st.binary(max_size=8),
        altchars=st.sampled_from([b"+/", b"-_"]),
    )
    def test_base64_does_not_get_through(
        self, value: str, before: bytes, after: bytes, altchars: bytes
    ) -> None:
        """Nor does a value somewhere in a longer base64 text, in either alphabet."""
        whole = base64.b64encode(before + value.encode() + after, altchars).decode()

        redacted = redactor(value).redact(whole)

        first, last = -(-len(before) * 8 // 6), (len(before) + len(value.encode())) * 8 // 6
        assert whole[first:last] not in redacted
        assert MARK in redacted

    @pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
    def test_awkward_characters_leave_nothing_behind(self, encode: Callable[[str], str]) -> None:
        """Of a value full of characters that encoders change, all is replaced."""
        redacted = redactor(TRICKY).redact(encode(TRICKY)).replace(MARK, "")

        assert set(redacted) <= set('{}"\\key: ')

    def test_each_line_of_a_long_secret_is_one(self) -> None:
        """A private key that is printed line by line does not get through."""
        lines = [redactor(PRIVATE_KEY).redact(line) for line in PRIVATE_KEY.splitlines()]

        assert lines == [MARK] * 4

    def test_longest_value_wins(self) -> None:
        """Of two values that begin alike the longer one is replaced, with no rest of it left."""
        assert redactor("hunter", "hunter-and-gatherer").redact("hunter-and-gatherer") == MARK

    @given(st.lists(one_line_values, min_size=1, max_size=5), st.data())
    def test_many_values_in_one_line(self, several: list[str], data: st.DataObject) -> None:
        """However many values stand in a line, none of them is left in it."""
        line = " ".join(data.draw(st.permutations(several)))

        redacted = redactor(*several).redact(line)

        assert all(value not in redacted.split(MARK) for value in several)


class TestRestraint:
    @given(st.text())
    def test_without_secrets_nothing_changes(self, text: str) -> None:
        """A redactor that knows nothing returns each text as it is."""
        assert redactor().redact(text) == text

    @given(st.text(string.ascii_lowercase + ' \n"\\'))
    def test_text_without_a_known_value_is_unchanged(self, text: str) -> None:
        """What holds no known value is returned as it is."""
        assert redactor("SECRET-VALUE", PRIVATE_KEY).redact(text) == text

    @given(st.lists(values, max_size=3), st.data())
    def test_redacting_twice_is_redacting_once(
        self, several: list[str], data: st.DataObject
    ) -> None:
        """A redacted text stays as it is."""
        parts = data.draw(st.lists(st.one_of(texts, *map(st.just, several)), max_size=6))
        once = redactor(*several).redact("".join(parts))

        assert redactor(*several).redact(once) == once

    @pytest.mark.parametrize("value", ["secret", MARK, "secret]", "[secret"])
    def test_value_that_is_part_of_the_mark_is_no_trap(self, value: str) -> None:
        """The mark itself is not redacted, so that marks do not grow."""
        once = redactor(value, "another-value").redact(f"{value} and another-value")

        assert redactor(value, "another-value").redact(once) == once
        assert "another-value" not in once

    @pytest.mark.parametrize("value", ["", "1", "true", "prod!"])
    def test_short_values_are_left_alone(self, value: str) -> None:
        """A value that would be found everywhere is not looked for."""
        assert redactor(value).redact("true 1 prod!") == "true 1 prod!"

    def test_values_are_not_shown(self) -> None:
        """A redactor in a log or a traceback does not show what it knows."""
        assert "hunter" not in repr(redactor("hunter-hunter"))


class TestJson:
    def test_structures_keep_their_shape(self) -> None:
        """Strings inside lists and objects are redacted; keys and numbers that are secrets too."""
        hunter = redactor("hunter2", "12345678")

        assert hunter.redact_json(
            {"a": ["x hunter2", 1, None, True, {"b": "y"}], "hunter2": 12345678, "pi": 3.14}
        ) == {"a": [f"x {MARK}", 1, None, True, {"b": "y"}], MARK: MARK, "pi": 3.14}


class TestBeginnings:
    @given(one_line_values, st.integers(0, 200))
    def test_half_a_value_at_the_end_is_dropped(self, value: str, kept: int) -> None:
        """Cut anywhere, a text shows no beginning of a value at its end."""
        assume("." not in value and " " not in value)
        text = f"{'.' * 100}{value}{'.' * 100}"

        redacted = redactor(value).redact_beginning(text[:kept])

        assert redacted.replace(MARK, "").strip(".") in ("", *_beginnings_of_the_mark())


def _beginnings_of_the_mark() -> list[str]:
    return [MARK[:length] for length in range(len(MARK))]


def test_long_lines_of_hostile_text_are_no_burden() -> None:
    """A long line made of beginnings of values is dealt with by one linear search."""
    generator = random.Random(7)
    known = ["".join(generator.choices(string.hexdigits, k=40)) for _ in range(20)] + ["\\" * 40]
    beginnings = ".".join(value[:-1] for value in known)

    redacted = redactor(*known).redact("\\" * 100_000 + beginnings * 100)

    assert "\\" * 40 not in redacted
    assert redacted.endswith(beginnings)
