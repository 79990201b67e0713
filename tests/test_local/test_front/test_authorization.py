"""Authorization headers of Signature Version 4."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from front_signing import Signing
from local.front.authorization import SignatureClaims, signature_claims
from local.front.errors import RequestRefusedError

PROPER = Signing().authorization
_LETTERS = st.characters(max_codepoint=0xFF)


def test_the_parts_of_a_header() -> None:
    """Key, scope, signed headers and signature are told, as they are."""
    signing = Signing(more={"content-type": "application/json"})

    assert signature_claims([signing.authorization]) == SignatureClaims(
        access_key_id="HOISTLOCALAAAAAAAAAA",
        date="20260301",
        region="us-east-1",
        service="execute-api",
        signed_headers=("content-type", "host", "x-amz-date"),
        signature=signing.signature,
    )


def test_without_spaces_it_is_the_same() -> None:
    """Some signers write a comma and nothing behind it."""
    assert signature_claims([PROPER.replace(", ", ",")]) == signature_claims([PROPER])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "Missing Authentication Token"),
        ([PROPER, PROPER], "requires 'Signature'"),
        (["Bearer hoist_0a_canary"], "requires 'Signature'"),
        (["token canary"], "requires 'Signature'"),
        ([f"{PROPER}\n"], "requires 'Signature'"),
        ([f"{PROPER}0"], "requires 'Signature'"),
        ([PROPER.replace("aws4_request", "aws5_request")], "requires 'Signature'"),
        ([PROPER.replace("host;", "Host;")], "requires 'Signature'"),
        ([PROPER.replace("20260301", "٢٠٢٦٠٣٠١")], "requires 'Signature'"),
    ],
)
def test_what_is_no_signature_is_refused(values: list[str], told: str) -> None:
    """With API Gateway's status and words, and none of what was sent."""
    with pytest.raises(RequestRefusedError, match=told) as refused:
        signature_claims(values)

    assert refused.value.status == 403
    assert "canary" not in refused.value.message


@given(st.lists(st.text(_LETTERS) | st.from_regex(re.compile("AWS4.*")), max_size=2))
def test_any_header_is_read_or_refused(values: list[str]) -> None:
    """Whatever the headers hold."""
    try:
        claims = signature_claims(values)
    except RequestRefusedError:
        return

    assert claims.signature in values[0]


@given(st.data())
def test_a_damaged_header_never_says_the_same(data: st.DataObject) -> None:
    """With a letter too many, too few, or another one, it is refused, or says another thing."""
    place = data.draw(st.integers(0, len(PROPER) - 1))
    letter = data.draw(st.sampled_from(["", *"0aA=/;,+ -"]))
    keeps = data.draw(st.booleans())
    damaged = PROPER[:place] + letter + PROPER[place + (0 if keeps else 1) :]
    try:
        claims = signature_claims([damaged])
    except RequestRefusedError:
        return

    is_spelling = damaged.replace(" ", "") == PROPER.replace(" ", "")
    assert (claims == signature_claims([PROPER])) is is_spelling
