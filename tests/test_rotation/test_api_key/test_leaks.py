"""Keys and tokens show up nowhere but where they have to be."""

import json
import logging
import traceback

import pytest

from api_key_issuer import ADMIN_TOKEN, PAGE, Fault, Reply, RunningIssuer
from api_key_site import ADMIN_SECRET, ApiKeySite, key_document, label_of
from rotation.errors import RotationError
from rotation.messages import Step
from rotation_site import TOKEN, RotationSite, event_for

pytestmark = pytest.mark.thorough


def everything_said(caplog: pytest.LogCaptureFixture, site: RotationSite, *texts: object) -> str:
    lines = [repr(vars(line)) for line in caplog.records]
    return caplog.text + repr(lines) + json.dumps(site.events, default=str) + repr(texts)


def assert_silent(said: str) -> None:
    assert "CANARY" not in said
    assert ADMIN_TOKEN not in said


def test_rotation_that_succeeds(site: ApiKeySite, caplog: pytest.LogCaptureFixture) -> None:
    """With every library at its most talkative, no key and no token is logged or announced."""
    caplog.set_level(logging.DEBUG)
    arn = site.rotating(key_document(site.shop, policy={"overlap_hours": 0}))
    for number in range(2 * PAGE):
        site.shop.add(label_of(arn, f"orphan-{number}"))

    assert site.engine.rotate(arn).failure is None

    assert "https://" in caplog.text or "GET /v1/keys" in caplog.text
    assert_silent(everything_said(caplog, site, [asked.target for asked in site.shop.asked]))


@pytest.mark.parametrize(
    "accident",
    [
        Reply(400, {"error": f"CANARY {ADMIN_TOKEN}"}),
        Reply(200, raw=b'{"id": "CANARY\x00", "key": "CANARY", "keys": "CANARY"}'),
        Reply(201, {"id": "CANARY/..", "key": "CANARY", "label": "CANARY"}),
        Reply(302, headers={"location": "https://CANARY.invalid/CANARY"}),
        Reply(429, headers={"retry-after": "CANARY"}),
        Reply(500, raw=b"CANARY"),
        Reply(200, {"id": "CANARY", "keys": [], "next": "CANARY CANARY"}),
        *Fault,
    ],
)
def test_rotation_that_fails(
    site: ApiKeySite, caplog: pytest.LogCaptureFixture, accident: Reply | Fault
) -> None:
    """Whatever is answered to whichever request, no key, no token and nothing of the answer is in
    the error that Secrets Manager keeps, or in the log."""
    caplog.set_level(logging.DEBUG)
    arn = site.rotating()

    for number in range(1, 9):
        befall(site, number, accident)
        outcome = site.engine.rotate_or_resume(arn)
        assert_silent(everything_said(caplog, site, outcome))
        site.clock.advance(3 * 3600)


@pytest.mark.parametrize("fault", list(Fault))
def test_traces_of_failures(site: ApiKeySite, fault: Fault) -> None:
    """The errors of all steps, with their traces and causes, hold neither a key nor the token."""
    arn = site.rotating()
    site.store.add_placeholder(arn, TOKEN)
    told: list[str] = []

    for number in range(1, 9):
        befall(site, number, fault)
        for step in Step:
            try:
                site.handle(event_for(arn, step.value))
            except RotationError as error:
                told += traceback.format_exception(error)

    assert told
    assert_silent("".join(told))


def befall(site: ApiKeySite, number: int, accident: Reply | Fault) -> None:
    """The requests before that number go well; it and the two after it do not."""
    first = len(site.shop.asked) + number
    site.shop.accidents = {first + more: accident for more in range(3)}


def test_administrators_token_goes_nowhere_else(site: ApiKeySite, issuer: RunningIssuer) -> None:
    """The writer of a key's secret cannot have the token sent to a place of his own: a secret
    that names one is refused, and the issuer's address comes from where the token comes from."""
    arn = site.rotating(key_document(site.shop, issuer_url=f"https://localhost:{issuer.port}/own"))

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.message.startswith("schema/")
    assert site.shop.asked == []
    assert ADMIN_TOKEN not in site.store.value(arn)
    assert ADMIN_TOKEN in site.store.value(ADMIN_SECRET)
