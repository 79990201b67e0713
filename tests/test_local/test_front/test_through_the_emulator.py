"""From an HTTP client through the front's process to a real function, and back."""

import http.client
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from front_functions import create_function
from hoist.aws import Aws
from hoist.clock import SystemClock
from local.emulator import start_emulator, stop_emulator
from local.front.lifecycle import FUNCTIONS, start_front, stop_front
from local.front.running import RunningFront
from local.progress import SilentProgress
from local.settings import LocalSettings

pytestmark = pytest.mark.emulator


@dataclass(frozen=True, slots=True)
class Site:
    """A local installation, up and down again."""

    settings: LocalSettings

    def up(self) -> RunningFront:
        clock, progress = SystemClock(), SilentProgress()
        emulator = start_emulator(self.settings, clock=clock, progress=progress)
        return start_front(self.settings, emulator, clock=clock, progress=progress)

    def deploy(self) -> None:
        clock, progress = SystemClock(), SilentProgress()
        emulator = start_emulator(self.settings, clock=clock, progress=progress)
        aws = Aws(self.settings.aws_settings(emulator.endpoint_url))
        for function in FUNCTIONS:
            create_function(aws.lambda_functions(), function)

    def down(self) -> None:
        stop_front(self.settings, progress=SilentProgress())
        stop_emulator(self.settings, progress=SilentProgress())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    here = LocalSettings.of_this_process()
    own = replace(here, directory=tmp_path / "local", port=None, front_port=None)
    site = Site(own)
    yield site
    site.down()


def ask(front: RunningFront, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=60)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def message(content: bytes) -> str:
    told: str = json.loads(content)["message"]
    return told


def test_a_function_behind_the_front(site: Site) -> None:
    """Before it is deployed that is said; then its answers come back, and its faults do not."""
    front = site.up()
    status, content = ask(front, "/v1")
    assert (status, "`hoist local deploy`" in message(content)) == (503, True)

    site.deploy()

    status, content = ask(front, "/v1/a%20b?c=d", b'{"e": "f"}')
    event = json.loads(content)
    assert (status, event["path"], event["body"]) == (200, "/v1/a b", '{"e": "f"}')
    assert ask(front, "/health/live")[0] == 200
    for path in ("/fail", "/unserialisable", "/malformed", "/exit"):
        status, content = ask(front, path)
        assert (status, content) == (502, b'{"message": "Internal server error"}')
    assert ask(front, "/v1")[0] == 200


def test_a_killed_front_beside_a_living_emulator(site: Site) -> None:
    """`up` starts a front that was killed again, at its address, and leaves the emulator be."""
    before = site.up()
    site.deploy()
    psutil.Process(before.pid).kill()
    os.waitid(os.P_PID, before.pid, os.WEXITED | os.WNOWAIT)

    after = site.up()

    assert after.url == before.url
    assert ask(after, "/v1")[0] == 200


def test_a_restarted_emulator_is_found_again(site: Site) -> None:
    """The front goes on after the emulator went away and came back."""
    front = site.up()
    site.deploy()
    assert ask(front, "/v1")[0] == 200
    stop_emulator(site.settings, progress=SilentProgress())

    status, content = ask(front, "/v1")
    assert (status, "`hoist local up`" in message(content)) == (503, True)

    assert site.up() == front
    assert ask(front, "/v1")[0] == 200
