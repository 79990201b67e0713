"""Who has signed: known of one request, and of no other."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from front_client import RecordingHandler
from front_signing import SIGNED_AT, Signing, with_headers, without_header
from hoist.clock import FixedClock
from local.front.errors import RequestRefusedError
from local.front.gateway import METHODS, Gateway, OpenToAll
from local.front.handler_invoker import HandlerInvoker
from local.front.iam import LocalIam
from local.front.limits import Limits
from local.front.local_credentials import ensure_local_key, read_local_key
from local.front.request_context import ApiIdentity

ARN = "arn:aws:iam::000000000000:user/local"
OTHER_PATHS = ("/", "/v1/tokens/", "/v1/tokens/0a", "/v1//tokens", "/V1/tokens", "/v1/stacks")


@pytest.fixture
def iam(tmp_path: Path) -> LocalIam:
    ensure_local_key(tmp_path / "key")
    return LocalIam(tmp_path / "key", region="us-east-1", account="000000000000")


@pytest.fixture
def signing(iam: LocalIam) -> Signing:
    return Signing(key=read_local_key(iam.key_file))


def test_the_keys_owner_is_the_local_user(iam: LocalIam, signing: Signing) -> None:
    """As API Gateway tells of an IAM user."""
    identity = iam.identity(signing.request, now=SIGNED_AT)

    assert (identity["userArn"], identity["accountId"]) == (ARN, "000000000000")
    assert identity["accessKey"] == signing.key.access_key_id


def test_an_encoded_path_is_the_same(iam: LocalIam, signing: Signing) -> None:
    """The function sees it decoded, so that it must be signed however it is written."""
    request = signing.request
    encoded = replace(request, head=replace(request.head, target="/v1/%74okens"))

    with pytest.raises(RequestRefusedError):
        iam.identity(without_header(encoded, "authorization"), now=SIGNED_AT)


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_of_any_other_path_nobody_is_known(iam: LocalIam, signing: Signing, path: str) -> None:
    """Even if it is signed as it should be."""
    assert iam.identity(signing.but(path=path).request, now=SIGNED_AT) == {}


@pytest.mark.parametrize("method", [each for each in METHODS if each != "POST"])
def test_of_any_other_method_nobody_is_known(iam: LocalIam, signing: Signing, method: str) -> None:
    """Tokens are listed and revoked with a token."""
    assert iam.identity(signing.but(method=method).request, now=SIGNED_AT) == {}


def test_without_a_key_pair_nobody_gets_in(iam: LocalIam, signing: Signing) -> None:
    """Its file is read each time: once it is gone, so is its owner."""
    request = signing.request
    iam.key_file.unlink()

    with pytest.raises(RequestRefusedError, match="security token"):
        iam.identity(request, now=SIGNED_AT)


def test_a_new_key_pair_is_known_at_once(iam: LocalIam, signing: Signing) -> None:
    """And the one before is of no use any more."""
    iam.key_file.unlink()
    ensure_local_key(iam.key_file)
    new = signing.but(key=read_local_key(iam.key_file))

    assert iam.identity(new.request, now=SIGNED_AT)["userArn"] == ARN
    with pytest.raises(RequestRefusedError):
        iam.identity(signing.request, now=SIGNED_AT)


def gateway_before(handler: RecordingHandler, iam: LocalIam | OpenToAll) -> Gateway:
    return Gateway(
        HandlerInvoker(handler),
        ApiIdentity("127.0.0.1:4000"),
        port=4000,
        clock=FixedClock(SIGNED_AT),
        limits=Limits(),
        iam=iam,
    )


def test_the_function_is_told_who_signed(iam: LocalIam, signing: Signing) -> None:
    """In the event's context, where API Gateway tells it."""
    handler = RecordingHandler()

    answer = gateway_before(handler, iam).answer(signing.request)

    assert answer.status == 200
    assert handler.event["requestContext"]["identity"]["userArn"] == ARN


def test_what_is_not_signed_reaches_no_function(iam: LocalIam, signing: Signing) -> None:
    """It is answered with 403, and nothing in it makes up for the signature."""
    handler = RecordingHandler()
    gateway = gateway_before(handler, iam)
    unsigned = without_header(signing.request, "authorization")
    bearing = with_headers(unsigned, ("Authorization", "Bearer hoist_0a"))
    late = signing.but(at=datetime(2026, 3, 1, 11, 54, tzinfo=UTC)).request

    answers = [gateway.answer(request) for request in (unsigned, bearing, late)]

    assert [answer.status for answer in answers] == [403] * 3
    assert all(json.loads(answer.body)["message"] for answer in answers)
    assert handler.events == []


@pytest.mark.parametrize("path", ["/v1/tokens", *OTHER_PATHS])
def test_a_front_without_keys_knows_nobody(signing: Signing, path: str) -> None:
    """Whatever is signed with, no function is told that somebody has."""
    handler = RecordingHandler()

    gateway_before(handler, OpenToAll()).answer(signing.but(path=path).request)

    assert handler.event["requestContext"]["identity"]["userArn"] is None
