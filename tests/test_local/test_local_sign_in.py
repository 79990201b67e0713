"""Signing in to a local installation without being asked, where there is nothing to sign in to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hoist.access.tokens import new_token
from hoist.cli.server.errors import ServerFaultError
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from hoist.clock import SystemClock
from local.emulator_status import RunningEmulator
from local.front.lifecycle import start_front, stop_front
from local.local_sign_in import forget_sign_in, sign_in_if_deployed, sign_in_locally
from local.progress import SilentProgress
from local.settings import LocalSettings

NOWHERE = RunningEmulator("http://127.0.0.1:1", 1, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    """A local directory of the test's own, whose front is stopped at the end."""
    own = replace(LocalSettings.of_this_process(), directory=tmp_path / "local", front_port=None)
    own.directory.mkdir()
    yield own
    stop_front(own, progress=SilentProgress())


def environ_of(settings: LocalSettings) -> dict[str, str]:
    return {
        "HOIST_LOCAL_DIR": str(settings.directory),
        "XDG_CONFIG_HOME": str(settings.directory / "config"),
    }


def test_without_a_front_nobody_is_signed_in(settings: LocalSettings) -> None:
    """There is nothing to sign in to."""
    assert sign_in_locally(settings, environ_of(settings)) == ""
    assert sign_in_if_deployed(settings, environ_of(settings)) == ""


@pytest.mark.thorough
def test_before_hoist_is_deployed_nobody_is_signed_in(settings: LocalSettings) -> None:
    """The front lets its owner through and has nothing behind it: whoever expected it, is told."""
    environ = environ_of(settings)
    front = start_front(settings, NOWHERE, clock=SystemClock(), progress=SilentProgress())

    assert sign_in_if_deployed(settings, environ) == ""
    with pytest.raises(ServerFaultError):
        sign_in_locally(settings, environ)
    assert SavedTokens.of(environ).find(front.url) is None


def test_the_token_of_what_is_no_more_is_forgotten(settings: LocalSettings) -> None:
    """That of another server stays."""
    environ = environ_of(settings)
    tokens = SavedTokens.of(environ)
    for url in ("http://127.0.0.1:1", "http://127.0.0.1:2"):
        tokens.save(SavedToken(url, new_token(), "ada", datetime(2100, 1, 1, tzinfo=UTC)))

    forget_sign_in("http://127.0.0.1:1", environ)

    assert tokens.find("http://127.0.0.1:1") is None
    assert tokens.find("http://127.0.0.1:2")
