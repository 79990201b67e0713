"""The two secrets of a key: its own, and the administrator's."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_key_site import document
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation.errors import SecretSchemaError
from rotation.strategies.api_key.access import issuer_access
from rotation.strategies.api_key.document import api_key_document, key_in, with_key
from rotation.strategies.api_key.issuer import IssuedKey
from rotation_site import DRAFT, MORNING, TOKEN

KEY = {"key_id": "key_1", "key": "CANARY-key"}
ACCESS = {"issuer_url": "https://keys.example.com/v1", "token": "CANARY-token"}


def test_whole_document() -> None:
    """All that a secret may say is read."""
    read = api_key_document(
        Secret(
            document(
                **KEY,
                strategy="api-key",
                issued_at="2026-01-01T01:00:00+01:00",
                replaced_key_id="key_0",
                policy={"overlap_hours": 5},
            )
        )
    )

    assert read.issued == IssuedKey("key_1", Secret("CANARY-key"))
    assert read.issued_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert (read.replaced_key_id, read.overlap) == ("key_0", timedelta(hours=5))
    assert re.fullmatch(rf"app/[0-9a-f]{{16}}/{TOKEN}", read.label(DRAFT))
    assert "CANARY" not in repr(read)


@pytest.mark.parametrize(
    "changed",
    [
        {"strategy": "generated"},
        {"admin_secret": None},
        {"admin_secret": "with space"},
        {"admin_secret": "x" * 2049},
        {"key_name": None},
        {"key_name": "a/b"},
        {"key_name": "-a"},
        {"key_name": "a" * 65},
        {"key_id": "key_1"},
        {"key": "CANARY"},
        KEY | {"key_id": ".."},
        KEY | {"key_id": "a/b"},
        KEY | {"key": "CANARY\r\nx: y"},
        KEY | {"key": "CANARY-ä"},
        KEY | {"key": "C" * 4097},
        KEY | {"key": 5},
        KEY | {"issued_at": "2026-01-01T00:00:00"},
        KEY | {"replaced_key_id": "key_0"},
        KEY | {"replaced_key_id": "key_1", "issued_at": "2026-01-01T00:00:00Z"},
        {"replaced_key_id": "key_0", "issued_at": "2026-01-01T00:00:00Z"},
        {"policy": {"overlap_hours": -1}},
        {"policy": {"overlap_hours": 2161}},
        {"policy": {"overlap_hours": True}},
        {"policy": {"novelty": 1}},
        {"host": "CANARY"},
    ],
)
def test_other_documents_are_refused(changed: dict[str, Any]) -> None:
    """Half a key, an unlikely past, or anything unknown is refused, and not quoted."""
    with pytest.raises(InvalidDocumentError) as caught:
        api_key_document(Secret(document(**changed)))

    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://keys.example.com",
        "https://keys.example.com:8443/a/b/",
        "https://[::1]:8443/v1",
        "https://127.0.0.1/",
    ],
)
def test_urls_of_issuers(url: str) -> None:
    """An https URL of a host and a path is taken, without the slash at its end."""
    assert issuer_access(Secret(json.dumps(ACCESS | {"issuer_url": url}))).url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "keys.example.com",
        "http://keys.example.com",
        "HTTP://keys.example.com",
        "ftp://keys.example.com",
        "https:///v1",
        "https://user:CANARY@keys.example.com",
        "https://keys.example.com/v1?x=",
        "https://keys.example.com/v1?",
        "https://keys.example.com/v1#",
        "https://keys.example.com:port",
        "https://keys.example.com:99999",
        "https://keys.example.com:0",
        "https://[::1",
        "https://keys.example.com/a b",
        "https://keys.example.com/\n",
        "https:\\\\keys.example.com",
        "https://schlüssel.example.com",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    """Whatever else, above all a URL without TLS, is refused, and not quoted."""
    with pytest.raises(InvalidDocumentError) as caught:
        issuer_access(Secret(json.dumps(ACCESS | {"issuer_url": url})))

    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("token", [None, "", 5, "CANARY token", "CANARY\n", "ä"])
def test_other_tokens_are_refused(token: object) -> None:
    """A token that could not stand in a header is refused, and not quoted."""
    with pytest.raises(InvalidDocumentError) as caught:
        issuer_access(Secret(json.dumps(ACCESS | {"token": token})))

    assert "CANARY" not in str(caught.value)


def test_no_administrator() -> None:
    """A secret that is named and has no value is told so."""
    with pytest.raises(SecretSchemaError, match="'admin_secret' names has no value"):
        issuer_access(None)


def test_next_document() -> None:
    """The document of a new key names the key that it replaces, and is read again."""
    written = with_key(Secret(document(**KEY)), IssuedKey("key_2", Secret("new")), at=MORNING)

    read = api_key_document(written)
    assert read.issued == IssuedKey("key_2", Secret("new"))
    assert (read.replaced_key_id, read.issued_at) == ("key_1", MORNING)


def test_first_document() -> None:
    """The document of a first key replaces none."""
    written = with_key(Secret(document()), IssuedKey("key_1", Secret("new")), at=MORNING)

    assert api_key_document(written).replaced_key_id == ""


@given(text=st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_key_in_anything(text: str) -> None:
    """A version of any form has no key, and that is no error."""
    assert key_in(Secret(text)) is None


@given(
    fields=st.fixed_dictionaries(
        {},
        optional={
            name: st.text() | st.integers() | st.none() | st.just(good)
            for name, good in {
                "admin_secret": "app/issuer",
                "key_name": "app",
                "key_id": "key_1",
                "key": "CANARY",
                "issued_at": "2026-01-01T00:00:00Z",
                "replaced_key_id": "key_0",
                "issuer_url": "https://localhost",
                "token": "CANARY",
            }.items()
        },
    )
)
def test_documents_are_read_or_refused(fields: dict[str, Any]) -> None:
    """Whatever the fields hold, they are read or refused with the one error of documents."""
    for read in (api_key_document, issuer_access):
        assert "CANARY" not in refusal_by(read, Secret(json.dumps(fields)))


def refusal_by(read: Callable[[Secret], object], value: Secret) -> str:
    """The text of the refusal; empty if there is none."""
    try:
        read(value)
    except InvalidDocumentError as error:
        return str(error)
    return ""
