"""`hoist local`, as a shell sees it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from hoist.access.tokens import new_token
from hoist.cli.exit_codes import ExitCode
from hoist.cli.main import main
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from local.emulator import stop_emulator
from local.front.lifecycle import stop_front
from local.local_directory import claim_directory
from local.metric_shim.lifecycle import stop_shim
from local.progress import SilentProgress
from local.settings import LocalSettings
from local_installation import PINNED, write_engine


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs `hoist` in one environment."""

    environ: dict[str, str]
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, what was printed, and what was said beside it."""
        code = main(arguments, self.environ)
        shown = self.capture.readouterr()
        return code, shown.out, shown.err

    @property
    def directory(self) -> Path:
        return Path(self.environ["HOIST_LOCAL_DIR"])


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """A shell with a local directory of the test's own."""
    here = LocalSettings.of_this_process()
    environ = {
        **here.tool_environment,
        "PATH": f"{tmp_path / 'bin'}:{here.search_path}",
        "XDG_CACHE_HOME": str(here.cache_directory.parent),
        "HOIST_LOCAL_DIR": str(tmp_path / "local data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    yield Shell(environ, capsys)
    settings = LocalSettings.from_environment(environ)
    stop_shim(settings, progress=SilentProgress())
    stop_front(settings, progress=SilentProgress())
    stop_emulator(settings, progress=SilentProgress())


def test_status_when_nothing_runs(shell: Shell) -> None:
    """A local AWS that was never started is stopped, and so is all beside it, in either form."""
    shown = shell.run("local", "status")[1]
    assert "The local AWS is stopped." in shown
    assert "Hoist's API is stopped." in shown
    assert "What makes its metrics is stopped." in shown

    code, out, _ = shell.run("local", "status", "--json")
    told = json.loads(out)
    assert code == ExitCode.OK
    assert {told["state"], told["api"]["state"], told["metrics"]["state"]} == {"stopped"}


def test_env_needs_a_running_one(shell: Shell) -> None:
    """Without a local AWS there is nothing to point at, and nothing for a shell to evaluate."""
    code, out, err = shell.run("local", "env")

    assert (code, out) == (ExitCode.USAGE, "")
    assert "error: the local AWS is not running\n  way out: start it with `hoist local up`" in err


def test_a_bad_setting_is_a_mistake_of_the_caller(shell: Shell) -> None:
    """A port that is none is named, without a traceback."""
    mistaken = Shell({**shell.environ, "HOIST_LOCAL_PORT": "many"}, shell.capture)

    code, _, err = mistaken.run("local", "status")
    assert code == ExitCode.USAGE
    assert err.startswith("error: HOIST_LOCAL_PORT is 'many'")


def test_down_when_down(shell: Shell) -> None:
    """Stopping what does not run is fine."""
    assert shell.run("local", "down")[:2] == (ExitCode.OK, "The local AWS was not running.\n")


@pytest.mark.parametrize(
    ("answer", "code", "is_kept"),
    [
        ("", ExitCode.CANCELLED, True),
        ("n\n", ExitCode.CANCELLED, True),
        ("y\n", ExitCode.OK, False),
    ],
)
def test_purge_asks_first(shell: Shell, answer: str, code: ExitCode, is_kept: bool) -> None:
    """Only a yes deletes; a no, or nobody there to answer, leaves everything as it is."""
    shell.directory.mkdir()
    claim_directory(LocalSettings.from_environment(shell.environ))
    program = "import sys; from hoist.cli.main import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", program, "local", "down", "--purge"],
        env=shell.environ,
        input=answer,
        text=True,
        capture_output=True,
    )

    assert ended.returncode == code
    assert f"Delete everything in {shell.directory}?" in ended.stderr
    assert shell.directory.exists() == is_kept


def test_purge_refuses_what_is_not_ours(shell: Shell) -> None:
    """A directory that `up` did not make is not deleted, whatever the answer."""
    shell.directory.mkdir()
    (shell.directory / "thesis.tex").touch()

    assert shell.run("local", "down", "--purge", "--yes")[0] == ExitCode.USAGE
    assert (shell.directory / "thesis.tex").exists()


def test_engine_prints_its_path_alone(shell: Shell, tmp_path: Path) -> None:
    """The path is all that goes to standard output, so that a shell can use it."""
    engine = write_engine(tmp_path / "bin" / "pulumi", PINNED)

    assert shell.run("local", "engine") == (ExitCode.OK, f"{engine}\n", "")
    assert json.loads(shell.run("local", "engine", "--json")[1]) == {"path": str(engine)}


@pytest.mark.emulator
def test_up_env_status_down(shell: Shell) -> None:
    """The whole life of a local AWS by its commands."""
    code, out, err = shell.run("local", "up")
    assert code == ExitCode.OK
    assert "The local AWS is up at http://127.0.0.1:" in out
    assert "on this machine alone" in out
    assert "`hoist local deploy`, which signs you in" in out
    assert "Starting the local AWS on port" in err
    again = json.loads(shell.run("local", "up", "--json")[1])
    assert set(again["config"]) >= {"hoist:stateBucket", "hoist:stateTable", "hoist:stateKeyArn"}
    facts = json.loads(shell.run("local", "status", "--json")[1])
    assert (facts["state"], facts["api"].pop("state")) == ("running", "running")
    assert facts["api"].pop("log") != facts["log"]
    assert facts["api"] == again["api"]
    shown = shell.run("local", "status")[1]
    assert f"(process {facts['pid']})" in shown
    assert f"at {facts['api']['url']} (process {facts['api']['pid']})" in shown
    assert f"What makes its metrics is running (process {facts['metrics']['pid']})." in shown

    lines = shell.run("local", "env")[1]
    script = f'{lines}echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_PROFILE"'
    environment = {"AWS_PROFILE": "production"}
    answer = subprocess.run(["/bin/sh", "-ec", script], env=environment, capture_output=True)
    assert answer.stdout.decode().split() == [facts["endpoint_url"], "us-east-1"]
    values = json.loads(shell.run("local", "env", "--json")[1])
    assert values["AWS_ENDPOINT_URL"] == facts["endpoint_url"]

    tokens, url = SavedTokens.of(shell.environ), str(facts["api"]["url"])
    tokens.save(SavedToken(url, new_token(), "ada", datetime(2100, 1, 1, tzinfo=UTC)))
    code, out, _ = shell.run("local", "down", "--purge", "--yes", "--json")
    assert (code, json.loads(out)) == (ExitCode.OK, {"stopped": True, "purged": True})
    assert tokens.find(url) is None
    assert not psutil.pid_exists(facts["pid"])
    assert not psutil.pid_exists(facts["api"]["pid"])
    assert not psutil.pid_exists(facts["metrics"]["pid"])
    assert not shell.directory.exists()


@pytest.mark.emulator
def test_down_stops_a_front_whose_emulator_has_gone(shell: Shell) -> None:
    """All that is there is stopped, also when the local AWS was not there any more."""
    shell.run("local", "up")
    facts = json.loads(shell.run("local", "status", "--json")[1])
    psutil.Process(facts["pid"]).kill()

    code, out, _ = shell.run("local", "down")

    assert (code, out) == (ExitCode.OK, "The local AWS is down.\n")
    assert not psutil.pid_exists(facts["api"]["pid"])
    assert not psutil.pid_exists(facts["metrics"]["pid"])
