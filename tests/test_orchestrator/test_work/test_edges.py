"""The small parts around the work: signals, patience, programs, credentials, lines of the log."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from orchestrator.engine.programs.archive import build_archive
from orchestrator.engine.programs.errors import ProgramError
from orchestrator.engine.programs.unpack import unpack_archive
from orchestrator.state.errors import RecordChangedError, StoreUnavailableError, UpdateLostError
from orchestrator.uploads.errors import ProgramNotUploadedError
from orchestrator.work.patience import ATTEMPTS, patiently
from orchestrator.work.powertools_facts import PowertoolsFacts
from orchestrator.work.programs import stored_program
from orchestrator.work.stop import Stop, StopReason
from orchestrator.work.termination import on_termination
from storages import NOON
from work_sites import FolderOfPrograms

TELL_CREDENTIALS = """
from hoist.errors import HoistError
from orchestrator.work.credentials import FunctionCredentials

try:
    found = FunctionCredentials().present()
except HoistError as error:
    print(error.code)
else:
    token = found.session_token
    print(found)
    print(found.access_key_id, found.secret_access_key.reveal(), sep="\\n")
    print(token.reveal() if token else None)
"""


def test_a_termination_is_heard_until_the_block_ends() -> None:
    """Then the handler is the one that was there before."""
    before = signal.getsignal(signal.SIGTERM)
    stop = Stop()

    with on_termination(lambda: stop.ask(StopReason.TERMINATED)):
        os.kill(os.getpid(), signal.SIGTERM)

    assert stop.has(StopReason.TERMINATED)
    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_nobody_listens_to_signals() -> None:
    """The block runs all the same."""
    ran: list[bool] = []

    def work() -> None:
        with on_termination(lambda: None):
            ran.append(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ran == [True]


@pytest.mark.parametrize("error", [StoreUnavailableError("down"), RecordChangedError("moved")])
def test_what_passes_is_tried_again(error: Exception) -> None:
    """After a pause, and not for ever."""
    clock = FixedClock(NOON)
    calls: list[int] = []

    def answer_late() -> str:
        calls.append(len(calls))
        if len(calls) < ATTEMPTS:
            raise error
        return "answer"

    assert patiently(answer_late, clock=clock) == "answer"
    assert clock.monotonic() == ATTEMPTS - 1

    with pytest.raises(type(error)):
        patiently(lambda: _raise(error), clock=clock)


def test_what_does_not_pass_is_not_tried_again() -> None:
    """It would be the same."""
    clock = FixedClock(NOON)

    with pytest.raises(UpdateLostError):
        patiently(lambda: _raise(UpdateLostError("lost")), clock=clock)

    assert clock.monotonic() == 0


def test_a_stored_program_is_the_one_that_was_packed(tmp_path: Path) -> None:
    """The engine room finds in it what its digest names."""
    packed = build_archive(_project(tmp_path / "project"))
    programs = FolderOfPrograms(tmp_path / "programs")

    found = stored_program(programs, programs.put(packed.body))

    assert found == packed
    unpack_archive(found.body, tmp_path / "unpacked", expected_digest=found.digest)
    assert (tmp_path / "unpacked" / "__main__.py").exists()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Its digest is."""
    with pytest.raises(ProgramNotUploadedError, match="0" * 64):
        stored_program(FolderOfPrograms(tmp_path), "0" * 64)


@given(st.data())
def test_any_zip_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever was uploaded: a flipped byte, a cut, or bytes that never were a zip."""
    programs = FolderOfPrograms(tmp_path_factory.mktemp("programs"))
    body = bytearray(build_archive(_project(tmp_path_factory.mktemp("project"))).body)
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body

    try:
        found = stored_program(programs, programs.put(bytes(body)))
    except ProgramError:
        return
    assert found.body == bytes(body)


@pytest.mark.parametrize(("token", "expected"), [("", "None"), ("a-token", "a-token")])
def test_credentials_are_those_of_the_environment(token: str, expected: str) -> None:
    """An empty session token is none, as the emulator has it; printed, they show nothing."""
    environment = {"AWS_ACCESS_KEY_ID": "key-id", "AWS_SECRET_ACCESS_KEY": "a-secret-key"}

    told = _in_a_process_of_its_own(TELL_CREDENTIALS, {**environment, "AWS_SESSION_TOKEN": token})

    printed, *values = told.splitlines()
    assert values == ["key-id", "a-secret-key", expected]
    assert "a-secret-key" not in printed


def test_missing_credentials_are_the_workers_fault() -> None:
    """Not the run's."""
    told = _in_a_process_of_its_own(TELL_CREDENTIALS, {"AWS_EC2_METADATA_DISABLED": "true"})

    assert told.strip() == "aws_credentials_missing"


def test_facts_are_lines_of_json() -> None:
    """What is not our own error shows its kind alone, until it ends the invocation."""
    stream = io.StringIO()
    facts = PowertoolsFacts(Logger(service="worker-of-a-test", stream=stream))

    facts.tell("run_claimed", run_id="run-1", slice=2)
    facts.warn("message_not_held", ValueError("a value"))
    facts.warn("heartbeat_failed", StoreUnavailableError("the store is down"), run_id="run-1")
    facts.fail("message_failed", StoreUnavailableError("the store is down"), message_id="m")

    claimed, foreign, ours, failed = map(json.loads, stream.getvalue().splitlines())
    assert (claimed["message"], claimed["run_id"], claimed["slice"]) == ("run_claimed", "run-1", 2)
    assert foreign["error"] == "ValueError"
    assert ours["error"] == "the store is down"
    assert failed["level"] == "ERROR"
    assert "StoreUnavailableError" in failed["exception"]


def _in_a_process_of_its_own(source: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "HOME": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _raise(error: Exception) -> str:
    raise error


def _project(directory: Path) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (directory / "__main__.py").write_text("import pulumi\n" * 20)
    return directory
