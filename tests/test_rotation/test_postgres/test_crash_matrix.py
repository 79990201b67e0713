"""A rotation of a database's password is killed at its calls to store and server, and goes on."""

import logging
import random

import pytest

from postgres_crashes import PostgresCrashSite
from postgres_server import PostgresServer
from postgres_site import ALTERNATING, SINGLE, Estate, password_in
from rotation_crashes import Death

pytestmark = pytest.mark.thorough

LIVE_AT_THE_END = {SINGLE: 1, ALTERNATING: 2}


@pytest.fixture(params=[SINGLE, ALTERNATING])
def strategy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def undisturbed(server: PostgresServer, strategy: str) -> PostgresCrashSite:
    crash_site = PostgresCrashSite(strategy, estate=Estate(server))
    assert crash_site.run(None)
    crash_site.look_at_the_end()
    return crash_site


def kill(server: PostgresServer, strategy: str, death: Death) -> PostgresCrashSite:
    """A rotation that was killed so and then went on; looked at after each."""
    crash_site = PostgresCrashSite(strategy, estate=Estate(server))
    assert not crash_site.run(death)
    crash_site.look()
    assert crash_site.run(None)
    crash_site.look_at_the_end()
    assert crash_site.probe.live_credentials(None) == LIVE_AT_THE_END[strategy]
    return crash_site


def test_killed_after_each_effect(
    server: PostgresServer, strategy: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed between a stored value and its promotion, after whatever store or server has done,
    a rotation ends well in one go, and somebody is always let in; no password is in any log."""
    caplog.set_level(logging.DEBUG)
    crash_site = undisturbed(server, strategy)
    from_stored = crash_site.site.calls.index("put_secret_value") + 1
    seen = set(crash_site.seen.values())

    for number in crash_site.effects():
        if number >= from_stored:
            killed = kill(server, strategy, Death(number, is_after=True))
            seen |= set(killed.seen.values())

    logged = caplog.text + server.log.read_text(errors="replace")
    assert [value for value in seen if password_in(value) in logged] == []


@pytest.mark.fuzz
@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_each_call(server: PostgresServer, strategy: str, is_after: bool) -> None:
    """The same before and after every single call, those of the preflight included."""
    for number in range(1, len(undisturbed(server, strategy).site.calls) + 1):
        kill(server, strategy, Death(number, is_after))


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(40))
def test_killed_again_and_again(server: PostgresServer, strategy: str, seed: int) -> None:
    """However often and wherever it is killed, nothing breaks and the rotation ends well."""
    chance = random.Random(seed)
    crash_site = PostgresCrashSite(strategy, estate=Estate(server))

    for _ in range(5):
        crash_site.run(Death(chance.randint(1, 60), chance.random() < 0.5))
        crash_site.look()

    assert crash_site.run(None)
    crash_site.look_at_the_end()
