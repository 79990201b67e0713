"""Entries and their one encoding."""

import json
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from audit_site import CHAIN, act
from orchestrator.audit.acts import (
    DONE,
    MAX_TEXT_LENGTH,
    Act,
    Digests,
    Result,
    ResultKind,
    Source,
    Who,
    failed,
    refused,
    result_of,
    shortened,
)
from orchestrator.audit.entries import (
    GENESIS,
    MAX_NUMBER,
    Entry,
    encode_entry,
    hash_of,
    stored_entry,
)
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.state.errors import StackExistsError, StoreUnavailableError
from orchestrator.state.stores.log_records import from_milliseconds
from storages import NOON

TEXTS = some.text(max_size=20)
NAMES = some.text(min_size=1, max_size=20)
# To the year 2200.
INSTANTS = some.integers(0, 7_258_118_400_000).map(from_milliseconds)


def facts(kind: type) -> some.SearchStrategy[object]:
    return some.builds(kind, **{each.name: TEXTS for each in fields(kind)})


ENTRIES = some.builds(
    Entry,
    chain=NAMES,
    number=some.integers(1, MAX_NUMBER),
    previous=NAMES,
    id=NAMES,
    at=INSTANTS,
    act=some.builds(
        Act,
        operation=NAMES,
        subject=TEXTS,
        who=facts(Who),
        why=TEXTS,
        source=facts(Source),
        digests=facts(Digests),
    ),
    result=some.builds(Result, some.sampled_from(ResultKind), TEXTS, some.integers(0, MAX_NUMBER)),
)


def entry() -> Entry:
    return Entry(chain=CHAIN, number=1, previous=GENESIS, id="0f", at=NOON, act=act(), result=DONE)


@given(written=ENTRIES)
def test_what_is_read_is_what_was_written(written: Entry) -> None:
    """Every entry has one encoding, from which the same entry is read."""
    body = encode_entry(written)

    assert stored_entry(body).entry == written
    assert stored_entry(body).hash == hash_of(body)
    assert body.isascii()


def test_the_encoding_is_the_one_that_was_promised() -> None:
    """The bytes that hashes are made of never change: this is the encoding of format 1."""
    plain = replace(entry(), act=Act(operation="up", subject="é"))

    assert encode_entry(plain) == (
        b'{"at":"2025-03-01T12:00:00.123Z","chain":"stk-00000000000000000001",'
        b'"digests":{"chain":"","config":"","plan":"","program":"","request":""},"format":1,'
        b'"from":{"invocation":"","ip":"","user_agent":""},"id":"0f","number":1,"operation":"up",'
        b'"previous":"0000000000000000000000000000000000000000000000000000000000000000",'
        b'"result":{"begun_at":0,"code":"","kind":"done"},"subject":"\\u00e9",'
        b'"who":{"person":"","principal":"","session":"","token_id":""},"why":""}'
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"number": 0},
        {"number": True},
        {"number": "1"},
        {"at": "2025-03-01T12:00:00.123+00:00"},
        {"at": "2025-03-01T12:00:00.123"},
        {"who": None},
        {"who": {"person": "ada"}},
        {"why": None},
        {"result": {"begun_at": 0, "code": "", "kind": "guessed"}},
        {"note": "a field that nobody knows"},
    ],
)
def test_what_we_would_not_write_is_refused(changes: dict[str, object]) -> None:
    """An entry with a field of another kind, or one more, or one less, is damaged."""
    document = {**json.loads(encode_entry(entry())), **changes}
    body = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()

    with pytest.raises(AuditDamagedError):
        stored_entry(body)


def test_another_spelling_is_refused() -> None:
    """The same JSON in other bytes is no entry."""
    body = encode_entry(entry())

    for other in (
        body + b"\n",
        body.replace(b":1,", b": 1,"),
        body.replace(b'"up"', b'"\\u0075p"'),
    ):
        if other != body:
            with pytest.raises(AuditDamagedError):
                stored_entry(other)


@given(body=some.binary(max_size=200) | some.text(max_size=200).map(str.encode))
def test_any_bytes_are_an_entry_or_refused(body: bytes) -> None:
    """Whatever is stored, the reader answers with an entry or with its own error."""
    with pytest.raises(AuditDamagedError):
        stored_entry(body)


@given(place=some.integers(0), byte=some.integers(0, 255))
def test_a_changed_byte_is_another_entry_or_none(place: int, byte: int) -> None:
    """With any byte changed the entry has another hash, if it can be read at all."""
    body = encode_entry(entry())
    at = place % len(body)
    other = body[:at] + bytes([byte]) + body[at + 1 :]
    if other == body:
        return

    with suppress(AuditDamagedError):
        assert stored_entry(other).hash != hash_of(body)


def test_texts_are_cut() -> None:
    """What a caller sends may have any length; an entry has not."""
    long = "x" * (MAX_TEXT_LENGTH + 1)
    cut = shortened(
        Act(
            operation=long,
            subject=long,
            who=Who(person=long),
            why=long,
            source=Source(user_agent=long),
            digests=Digests(request=long),
        )
    )

    texts = {
        cut.operation, cut.subject, cut.who.person, cut.why, cut.source.user_agent,
        cut.digests.request,
    }  # fmt: skip
    assert texts == {"x" * MAX_TEXT_LENGTH}


def test_results_of_errors() -> None:
    """What Hoist says no to is refused; what broke has failed, and foreign words are not kept."""
    assert result_of(StackExistsError("it is there")) == refused("stack_exists")
    assert result_of(StoreUnavailableError("no answer")) == failed("store_unavailable")
    assert result_of(ValueError("the password is hunter2")) == failed("internal")
