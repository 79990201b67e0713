"""Signatures, verified: signed here by hand, and found out there by botocore's signer."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from front_signing import KEY, REGION, SIGNED_AT, Signing, with_headers, without_header
from hoist.aws import AwsCredentials
from hoist.secret import Secret
from local.front.errors import RequestRefusedError
from local.front.http_messages import Request
from local.front.signatures import CLOCKS_MAY_DIFFER, Verifier

MISMATCH = "The request signature we calculated does not match"
UNKNOWN = "The security token included in the request is invalid"
COVERAGE = "must be a 'SignedHeader'"
SECOND = timedelta(seconds=1)
PROPER = Signing()


def verify(request: Request, *, now: datetime = SIGNED_AT) -> None:
    Verifier(KEY, REGION).verify(request, now=now)


def refusal(request: Request, *, now: datetime = SIGNED_AT) -> str:
    with pytest.raises(RequestRefusedError) as refused:
        verify(request, now=now)
    assert refused.value.status == 403
    assert "canary" not in refused.value.message
    return refused.value.message


@pytest.mark.parametrize(
    "signing",
    [
        PROPER,
        PROPER.but(body=b""),
        PROPER.but(body=bytes(range(256))),
        PROPER.but(host="localhost:4000"),
        PROPER.but(more={"content-type": "application/json", "x-amz-meta": "a"}),
        PROPER.but(more={"x-amz-content-sha256": hashlib.sha256(PROPER.body).hexdigest()}),
    ],
)
def test_what_the_keys_owner_signed_is_let_in(signing: Signing) -> None:
    """Whatever is in it, and whichever headers were signed besides."""
    verify(signing.request)


def test_headers_that_are_not_signed_are_let_in() -> None:
    """A client adds some of its own, such as the body's length."""
    verify(with_headers(PROPER.request, ("Content-Length", "18"), ("User-Agent", "hoist-cli")))


@pytest.mark.parametrize("difference", [CLOCKS_MAY_DIFFER, -CLOCKS_MAY_DIFFER, 0 * SECOND])
def test_clocks_may_differ(difference: timedelta) -> None:
    """By five minutes, in both directions."""
    verify(PROPER.request, now=SIGNED_AT + difference)


@pytest.mark.parametrize(
    "difference", [CLOCKS_MAY_DIFFER + SECOND, -CLOCKS_MAY_DIFFER - SECOND, timedelta(days=1)]
)
def test_an_old_signature_is_of_no_use(difference: timedelta) -> None:
    """Whoever has overheard one cannot send it again later; nor is one made for later good."""
    assert "Signature expired" in refusal(PROPER.request, now=SIGNED_AT + difference)


@pytest.mark.parametrize(
    ("secret", "key_id", "told"),
    [
        ("another", KEY.access_key_id, MISMATCH),
        ("", KEY.access_key_id, MISMATCH),
        (KEY.secret_access_key.reveal(), "HOISTLOCALBBBBBBBBBB", UNKNOWN),
        ("test", "HOISTLOCALAAAAAAAAAAA", UNKNOWN),
    ],
)
def test_another_key_is_refused(secret: str, key_id: str, told: str) -> None:
    """One whose id is not known, and one whose secret is another."""
    assert told in refusal(PROPER.but(key=AwsCredentials(key_id, Secret(secret))).request)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"region": "eu-north-1"}, "should be scoped"),
        ({"service": "s3"}, "should be scoped"),
        ({"scope_date": "20260302"}, "does not match the date"),
    ],
)
def test_it_is_for_this_place_and_day(changes: dict[str, str], told: str) -> None:
    """What was signed for another region, service or day is good there alone."""
    assert told in refusal(PROPER.but(**changes).request)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"role": "admin"}'},
        {"body": b""},
        {"method": "PUT"},
        {"path": "/v1/tokens/"},
        {"path": "/v1/tokens?role=admin"},
        {"host": "localhost:4000"},
        {"more": {"content-type": "text/plain"}},
    ],
)
def test_a_changed_request_is_refused(change: dict[str, object]) -> None:
    """The signature is of this body, method, path, host and of these headers."""
    signed = PROPER.but(more={"content-type": "application/json"})
    changed = without_header(signed.but(**change).request, "authorization")

    assert MISMATCH in refusal(with_headers(changed, ("Authorization", signed.authorization)))


@pytest.mark.parametrize("said", ["UNSIGNED-PAYLOAD", hashlib.sha256(b"other").hexdigest(), ""])
def test_the_body_is_the_one_that_was_signed(said: str) -> None:
    """Also where the digest that is signed is said to be another, or none."""
    assert MISMATCH in refusal(PROPER.but(more={"x-amz-content-sha256": said}).request)


@pytest.mark.parametrize("text", ["20260301", "2026-03-01T12:00:00Z", "20261301T120000Z", "x", ""])
def test_a_date_that_is_none(text: str) -> None:
    """Is refused before anything is compared with it."""
    request = without_header(PROPER.request, "x-amz-date")

    assert "Date must be" in refusal(with_headers(request, ("X-Amz-Date", text)))


@pytest.mark.parametrize("name", ["host", "x-amz-date"])
def test_each_signed_header_is_there_once(name: str) -> None:
    """None is missing, and none has a second value that somebody else could take for it."""
    value = dict(PROPER.request.head.headers)[name]

    assert MISMATCH in refusal(without_header(PROPER.request, name))
    assert MISMATCH in refusal(with_headers(PROPER.request, (name, value)))


@pytest.mark.parametrize("named", ["x-amz-date", "host", "host;host;x-amz-date", "x-amz-date;host"])
def test_what_is_of_weight_is_signed(named: str) -> None:
    """Host and date are among the signed headers, each once and in order."""
    request = without_header(PROPER.request, "authorization")
    header = PROPER.authorization.replace("SignedHeaders=host;x-amz-date", f"SignedHeaders={named}")

    assert COVERAGE in refusal(with_headers(request, ("Authorization", header)))


def test_nobody_adds_a_header_of_aws() -> None:
    """One that begins with X-Amz- and was not signed, such as a session's token, is refused."""
    assert COVERAGE in refusal(with_headers(PROPER.request, ("X-Amz-Security-Token", "stolen")))


@given(st.data())
def test_no_other_signature_is_good(data: st.DataObject) -> None:
    """However near it comes to the right one."""
    place = data.draw(st.integers(0, 63))
    letter = data.draw(st.sampled_from("0123456789abcdef"))
    right = PROPER.signature
    tried = right[:place] + letter + right[place + 1 :]
    request = without_header(PROPER.request, "authorization")
    header = PROPER.authorization.replace(right, tried)

    if tried == right:
        verify(with_headers(request, ("Authorization", header)))
    else:
        assert MISMATCH in refusal(with_headers(request, ("Authorization", header)))


@given(
    st.lists(st.tuples(st.sampled_from(["X-Amz-Date", "Host", "authorization"]), st.text()))
    | st.lists(st.tuples(st.text(), st.text())),
    st.binary(max_size=20),
)
def test_any_request_is_refused_by_name(headers: list[tuple[str, str]], body: bytes) -> None:
    """What nobody has signed is refused, whatever its headers hold."""
    bare = replace(PROPER.request.head, headers=tuple(headers))

    refusal(Request(bare, body, "127.0.0.1"))


def test_the_verifier_is_not_printed() -> None:
    """Whatever shows it shows the key's id at most."""
    assert "canary" not in repr(Verifier(KEY, REGION))
