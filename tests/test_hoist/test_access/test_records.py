"""What is kept of a token."""

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import grant, issued_record
from hoist.access.errors import AccessRecordError
from hoist.access.grants import Grant
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.access.records import TokenRecord, decode_record, encode_record
from hoist.access.tokens import new_token

TOKEN = new_token()
TEXTS = st.text(min_size=1, max_size=20)
GRANTS = st.builds(
    Grant, st.sampled_from(Role), st.sampled_from(["*/*", "a/b*"]).map(StackPattern.parse)
)
INSTANTS = st.datetimes(timezones=st.just(UTC))
RECORDS = st.builds(
    TokenRecord,
    id=st.just(TOKEN.id),
    digest=TEXTS,
    person=TEXTS,
    principal=TEXTS,
    grants=st.lists(GRANTS, max_size=3).map(tuple),
    limit=GRANTS,
    created_at=INSTANTS,
    expires_at=INSTANTS,
)


@given(RECORDS)
def test_a_record_reads_back(record: TokenRecord) -> None:
    """As it was written."""
    assert decode_record(record.id, encode_record(record)) == record


def test_the_token_is_not_in_it() -> None:
    """Only its digest is, and neither its text nor its secret."""
    text = encode_record(issued_record(TOKEN))

    assert TOKEN.digest in text
    assert TOKEN.text.reveal().rpartition("_")[2][:16] not in text


@pytest.mark.parametrize(
    "change",
    [
        {"grants": [{"role": "emperor", "stacks": "*/*"}]},
        {"grants": [{"role": "viewer", "stacks": "*"}]},
        {"grants": [{"role": "viewer", "stacks": "*/*", "until": "x"}]},
        {"limit": {}},
        {"limit": None},
        {"expires_at": "2026-01-01"},
        {"digest": ""},
        {"more": 1},
    ],
)
def test_a_record_of_another_version_lets_nobody_in(change: dict[str, Any]) -> None:
    """What is not understood as a whole is not used in part."""
    document = {**json.loads(encode_record(issued_record(TOKEN, grant("viewer")))), **change}

    with pytest.raises(AccessRecordError, match=TOKEN.id):
        decode_record(TOKEN.id, json.dumps(document))


@given(st.text(max_size=40))
def test_any_text_is_a_record_or_unreadable(text: str) -> None:
    """Nothing else is raised."""
    with pytest.raises(AccessRecordError):
        decode_record(TOKEN.id, text)
