"""A rotation of an issuer's key is killed before and after each of its calls, and goes on."""

import logging
import random

import pytest

from api_key_issuer import ADMIN_TOKEN, Fault, RunningIssuer
from api_key_site import SCENARIOS, ApiKeyCrashSite
from hoist.rotation_engine.outcomes import Ending
from rotation_crashes import Death

pytestmark = pytest.mark.thorough

LIVE_AT_THE_END = {
    "a key made by hand": 2,
    "no overlap": 1,
    "no key": 1,
    "a key with one before it": 2,
}


@pytest.fixture(params=list(SCENARIOS))
def scenario(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def look_at_the_end(crash_site: ApiKeyCrashSite) -> None:
    crash_site.look_at_the_end()
    assert crash_site.probe.live_credentials(None) == LIVE_AT_THE_END[crash_site.scenario]


def calls_of(issuer: RunningIssuer, scenario: str) -> int:
    undisturbed = ApiKeyCrashSite(scenario, issuer=issuer)
    assert undisturbed.run(None)
    look_at_the_end(undisturbed)
    return undisturbed.fate.calls


def requests_of(issuer: RunningIssuer, scenario: str) -> int:
    undisturbed = ApiKeyCrashSite(scenario, issuer=issuer)
    assert undisturbed.run(None)
    return len(undisturbed.shop.asked)


# To die before a call leaves what to die after the one before it has left: once is enough for
# tests that run often.
@pytest.mark.parametrize("is_after", [pytest.param(False, marks=pytest.mark.fuzz), True])
def test_killed_once(
    issuer: RunningIssuer, scenario: str, is_after: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed before or after any call to store or issuer, a rotation ends well in one go: the
    current key works throughout, two keys are live at most, no orphan stays, no key is logged."""
    caplog.set_level(logging.DEBUG)

    for call in range(1, calls_of(issuer, scenario) + 1):
        crash_site = ApiKeyCrashSite(scenario, issuer=issuer)
        assert not crash_site.run(Death(call, is_after))
        crash_site.look()
        assert crash_site.run(None)
        look_at_the_end(crash_site)

    logged = caplog.text + repr([vars(line) for line in caplog.records])
    assert "CANARY-key" not in logged
    assert ADMIN_TOKEN not in logged


@pytest.mark.fuzz
@pytest.mark.parametrize("is_after", [False, True])
def test_function_ended_from_outside(issuer: RunningIssuer, scenario: str, is_after: bool) -> None:
    """When the function alone dies at a call, the engine tries again, and that ends well."""
    for call in range(1, calls_of(issuer, scenario) + 1):
        crash_site = ApiKeyCrashSite(scenario, has_mortal_engine=False, issuer=issuer)
        crash_site.fate.accident = TimeoutError("CANARY")
        assert crash_site.run(Death(call, is_after))
        look_at_the_end(crash_site)


@pytest.mark.parametrize("fault", list(Fault))
def test_lost_answers(issuer: RunningIssuer, scenario: str, fault: Fault) -> None:
    """When any one request or its answer is lost, also after the issuer has done what it was
    asked, the next try alone ends the rotation, and no key is left that nobody has."""
    for number in range(1, requests_of(issuer, scenario) + 1):
        crash_site = ApiKeyCrashSite(scenario, has_mortal_engine=False, issuer=issuer)
        crash_site.shop.accidents = {number: fault}
        outcome = crash_site.site.engine.rotate(crash_site.arn)
        assert outcome.ending is Ending.SUCCEEDED
        look_at_the_end(crash_site)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(60))
def test_everything_at_once(issuer: RunningIssuer, scenario: str, seed: int) -> None:
    """However often it is killed and answers are lost, nothing breaks and it ends well."""
    chance = random.Random(seed)
    crash_site = ApiKeyCrashSite(scenario, issuer=issuer)

    for _ in range(6):
        first = len(crash_site.shop.asked)
        lost = chance.sample(range(1, 20), 2)
        crash_site.shop.accidents = {first + number: chance.choice(list(Fault)) for number in lost}
        crash_site.run(Death(chance.randint(1, 60), chance.random() < 0.5))
        crash_site.look()

    crash_site.shop.accidents = {}
    assert crash_site.run(None)
    look_at_the_end(crash_site)
