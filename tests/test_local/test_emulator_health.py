"""Ports, answers and the end of the log."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from hoist.clock import FixedClock
from local.emulator_health import answers, await_answer, free_port, is_free, last_lines


class _Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_ministack/health" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def healthy_port() -> Iterator[int]:
    """A port on which something says that it is well."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody listens and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_port_with_a_listener_is_not_free(taken_port: int) -> None:
    """Where somebody listens, the emulator cannot."""
    assert not is_free(taken_port)


def test_a_free_port_is_free() -> None:
    """The port that is offered can be had."""
    assert is_free(free_port())


def test_the_health_page_is_the_answer(healthy_port: int) -> None:
    """An emulator that answers its health page is well."""
    assert answers(healthy_port)


def test_nobody_answers_on_a_free_port() -> None:
    """Where nobody listens there is no answer."""
    assert not answers(free_port())


def test_waiting_ends_with_the_answer(healthy_port: int, clock: FixedClock) -> None:
    """An emulator that is well is not waited for."""
    is_well = await_answer(healthy_port, psutil.Process(), clock=clock, timeout_seconds=5)

    assert is_well
    assert clock.monotonic() == 0


def test_waiting_ends_with_the_time(clock: FixedClock) -> None:
    """A process that lives and does not answer is given up when the time has run out."""
    is_well = await_answer(free_port(), psutil.Process(), clock=clock, timeout_seconds=5)

    assert not is_well
    assert clock.monotonic() == pytest.approx(5, abs=0.1)


def test_waiting_ends_with_the_process(clock: FixedClock) -> None:
    """A process that ended is not waited for."""
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 1"], {})
    process = psutil.Process(pid)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    is_well = await_answer(free_port(), process, clock=clock, timeout_seconds=5)

    os.waitpid(pid, 0)
    assert not is_well
    assert clock.monotonic() == 0


def test_the_end_of_the_log(tmp_path: Path) -> None:
    """Of a long log the last lines are shown, of a missing one none."""
    (tmp_path / "log").write_text("".join(f"line {number}\n" for number in range(100)))

    assert last_lines(tmp_path / "log")[-1] == "line 99"
    assert len(last_lines(tmp_path / "log")) == 15
    assert last_lines(tmp_path / "nothing") == ()
