"""A rotation is killed before and after each of its calls, and then goes on."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation_crashes import CrashSite, Death, Killed
from rotation_probes import SCENARIOS

pytestmark = pytest.mark.thorough


def calls_of(scenario: str) -> int:
    undisturbed = CrashSite(scenario)
    assert undisturbed.run(None)
    undisturbed.look_at_the_end()
    return undisturbed.fate.calls


DEATHS = [
    (scenario, Death(call, is_after))
    for scenario in SCENARIOS
    for call in range(1, calls_of(scenario) + 1)
    for is_after in (False, True)
]


@pytest.mark.parametrize(
    ("scenario", "death"),
    DEATHS,
    ids=lambda part: f"{part.call}-{part.is_after}" if isinstance(part, Death) else part,
)
def test_killed_once(scenario: str, death: Death, caplog: pytest.LogCaptureFixture) -> None:
    """After any death every label is on one version, the current value works, no stored value
    has changed, and the next run alone finishes the rotation, with no value in the log."""
    caplog.set_level(logging.DEBUG)
    crash_site = CrashSite(scenario)

    assert not crash_site.run(death)
    crash_site.look()
    assert crash_site.run(None)
    crash_site.look_at_the_end()

    logged = caplog.text + repr([vars(line) for line in caplog.records])
    assert [value for value in crash_site.seen.values() if len(value) > 3 and value in logged] == []


@pytest.mark.parametrize(
    ("scenario", "death"),
    DEATHS,
    ids=lambda part: f"{part.call}-{part.is_after}" if isinstance(part, Death) else part,
)
def test_function_ended_from_outside(scenario: str, death: Death) -> None:
    """When the function alone dies (its time is over, its memory full), the engine tries again,
    and that rotation ends well."""
    crash_site = CrashSite(scenario, has_mortal_engine=False)
    crash_site.fate.accident = TimeoutError("CANARY")

    assert crash_site.run(death)
    crash_site.look_at_the_end()


@given(
    scenario=st.sampled_from(list(SCENARIOS)),
    deaths=st.lists(st.builds(Death, st.integers(1, 40), st.booleans()), max_size=6),
)
def test_killed_again_and_again(scenario: str, deaths: list[Death]) -> None:
    """However often and wherever it is killed, nothing breaks and the rotation ends well."""
    crash_site = CrashSite(scenario)

    for death in deaths:
        crash_site.run(death)
        crash_site.look()

    assert crash_site.run(None)
    crash_site.look_at_the_end()


def test_a_kill_is_no_error() -> None:
    """The deaths of this matrix pass by every `except Exception` on their way."""
    assert not issubclass(Killed, Exception)
