"""What a program can do to the worker that runs it, and to others; see docs/trust.md.

The worker and the program have the same user here, as on Lambda, and neither has capabilities.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import engine_hostile
from engine_children import is_running
from engine_confined import CANARY, FUNCTION_ENVIRONMENT, WorkerRun, confined_runs
from hoist.clock import SystemClock
from orchestrator.engine.run_directory import run_directory
from orchestrator.state.names import StackName
from storages import directory_opener
from work_engine_room import PROJECT, Trial, new_trial
from work_kms import serving_kms
from work_queue import FifoQueue
from work_sites import FolderOfPrograms, WorkSite

pytestmark = [pytest.mark.engine]

HARMLESS = "print('[]')"
WAYS_IN = {"environ", "memory", "maps", "descriptor", "trace", "steal"}

Runs = Callable[..., list[WorkerRun]]


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    with serving_kms() as url:
        yield url


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """The stack `dev` of a program, beside which there is `other`."""
    clock = SystemClock()
    opener = directory_opener(tmp_path / "store")
    site = WorkSite(opener, clock, FifoQueue(clock), FolderOfPrograms(tmp_path / "programs"))
    site.new_stack(StackName(PROJECT, "other"))
    return new_trial(site, tmp_path)


@pytest.fixture
def runs(trial: Trial, tmp_path: Path, kms_url: str) -> Runs:
    """Runs programs of these texts, one after the other, in one confined worker."""
    hostile = Path(engine_hostile.__file__).read_text()

    def run(*texts: str) -> list[WorkerRun]:
        stored = [
            trial.store_program(f"import json, os, hostile\n{text}", files={"hostile.py": hostile})
            for text in texts
        ]
        return confined_runs(trial.site, tmp_path, kms_url, *stored)

    return run


@pytest.mark.parametrize("whose", ["worker", "host"])
def test_a_program_cannot_look_into_what_runs_it(runs: Runs, whose: str) -> None:
    """Not the environment, memory or descriptors of the worker and of the program host."""
    pid = {"host": "os.getppid()", "worker": "hostile.parent_of(os.getppid())"}[whose]

    [ran] = runs(f"print(json.dumps(hostile.looks_into({pid})))")

    assert set(ran.told) == WAYS_IN
    assert set(ran.told.values()) <= {"EACCES", "EPERM"}


def test_the_attempts_are_good_for_something(runs: Runs) -> None:
    """All of them succeed on a process that is not closed: one that the program has started."""
    [ran] = runs(
        """
import subprocess
sleeper = subprocess.Popen(["sleep", "600"])
print(json.dumps(hostile.looks_into(sleeper.pid)))
"""
    )

    assert ran.told == dict.fromkeys(WAYS_IN, "done")


def test_the_environment_has_nothing_of_the_functions(runs: Runs) -> None:
    """Neither its credentials nor the address of Lambda's runtime API, in the program and above."""
    [ran] = runs(
        """
with open("/proc/self/environ") as file:
    first = file.read()
print(json.dumps({"names": sorted(os.environ), "values": first + repr(os.environ)}))
"""
    )

    assert not set(ran.told["names"]) & set(FUNCTION_ENVIRONMENT)
    assert CANARY not in ran.told["values"]
    assert "9001" not in ran.told["values"]


def test_no_descriptor_of_the_worker_is_inherited(runs: Runs) -> None:
    """Not even one that is open to be inherited; all that both have is the output's pipe."""
    [ran] = runs("print(json.dumps(hostile.open_descriptors()))")

    assert any(name.endswith("/lent") for name in ran.descriptors)
    assert not any(name.endswith("/lent") for name in ran.told)
    [shared] = set(ran.told) & set(ran.descriptors)
    assert shared.startswith("pipe:")


def test_a_daemon_ends_with_its_run(runs: Runs) -> None:
    """One that left its session and ignores signals."""
    [ran] = runs("print(hostile.leave_daemon())")

    assert not is_running(int(ran.lines[-1]))
    assert ran.children == []


def test_a_daemon_ends_even_if_its_supervisor_was_killed(runs: Runs) -> None:
    """A program that kills its host fails; what it left goes, and the next program runs."""
    first, second = runs(
        """
print(hostile.leave_daemon(), flush=True)
os.kill(os.getppid(), 9)
hostile.signal.pause()
""",
        HARMLESS,
    )

    assert first.outcome == "failed"
    assert not is_running(int(first.lines[0]))
    assert first.children == []
    assert (second.outcome, second.lines) == ("succeeded", ["[]"])


def test_planted_links_lead_nowhere(runs: Runs, tmp_path: Path) -> None:
    """Clearing a run away follows no link out of its directory and stops at no closed folder."""
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    (victim / "file").write_text("untouched")

    planted, after = runs(f"hostile.plant(hostile.Path({str(victim)!r}))\n{HARMLESS}", HARMLESS)

    assert planted.files == after.files == []
    assert (victim / "file").read_text() == "untouched"
    assert victim.stat().st_mode & 0o777 == 0o755


def test_a_token_is_good_for_one_stack(runs: Runs, trial: Trial) -> None:
    """With a run's token, another stack is neither read nor changed; a guessed one is none."""
    [ran] = runs("print(json.dumps(hostile.ask_state_service('trial/other')))")

    assert ran.told == {
        "own": 200,
        **dict.fromkeys(("read", "write", "update", "delete"), 403),
        **dict.fromkeys(("guess", "no_token"), 401),
    }
    other = trial.site.service().stacks.require(StackName(PROJECT, "other"))
    assert (other.version, other.tags, other.is_being_deleted) == (0, {}, False)


def test_another_run_of_the_same_user_is_not_protected(runs: Runs, tmp_path: Path) -> None:
    """What one trust domain does not prevent: a run reads one that goes on beside it."""
    with run_directory(tmp_path / "runs", plugins=tmp_path) as other:
        (other.home / "secret").write_text("of the other run")

        [ran] = runs(f"print(json.dumps(open({str(other.home / 'secret')!r}).read()))")

    assert ran.lines == ['"of the other run"']
