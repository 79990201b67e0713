"""The emulator's own virtual environment, per user, keyed by what is in it.

It pins botocore exactly, so it cannot live beside the product's boto3. A virtual environment
cannot be moved: it is made in its final place, and a marker written last says that it is whole.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.errors import EmulatorNotInstalledError, ToolFailedError
from local.external_tool import run_tool
from local.file_lock import exclusive_lock
from local.progress import Progress
from local.settings import LocalSettings

_MARKER = "complete"
_CHECK_TIMEOUT_SECONDS = 60


def install_emulator(settings: LocalSettings, *, progress: Progress) -> Path:
    """The Python that has the emulator; its environment is made first, or again if it is broken.

    Raises EmulatorNotInstalledError.
    """
    requirements = settings.repository / "requirements" / "emulator.txt"
    environment = settings.cache_directory / "emulator" / _key(requirements)
    if _is_whole(environment, settings.tool_environment):
        return _python(environment)
    lock = environment.with_name(f"{environment.name}.lock")
    waiting = "Another process is installing the local AWS; waiting for it"
    with exclusive_lock(lock, waiting=waiting, progress=progress):
        # Whoever held the lock may have made it.
        if not _is_whole(environment, settings.tool_environment):
            _make(environment, requirements, settings.tool_environment, progress)
    return _python(environment)


def _key(requirements: Path) -> str:
    facts = hashlib.sha256(requirements.read_bytes())
    facts.update(f"{sys.version_info[:3]} {sys.base_prefix}".encode())
    return facts.hexdigest()[:16]


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _is_whole(environment: Path, tool_environment: Mapping[str, str]) -> bool:
    if not (environment / _MARKER).is_file():
        return False
    # What a marker cannot know: files that were deleted since, a Python that was uninstalled.
    try:
        answer = subprocess.run(
            [_python(environment), "-I", "-c", "import ministack.app"],
            env=dict(tool_environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_CHECK_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _make(
    environment: Path,
    requirements: Path,
    tool_environment: Mapping[str, str],
    progress: Progress,
) -> None:
    if environment.exists():
        progress.say("The local AWS's environment is not whole: making it anew.")
        shutil.rmtree(environment)
    commands = (
        [sys.executable, "-m", "venv", str(environment)],
        [
            *(str(_python(environment)), "-m", "pip", "install"),
            *("--no-input", "--disable-pip-version-check", "--only-binary", ":all:"),
            *("--require-hashes", "-r", str(requirements)),
        ],
    )
    with progress.task("Installing the local AWS (a minute or less, once per machine)") as task:
        try:
            for command in commands:
                run_tool(
                    command,
                    environment=tool_environment,
                    directory=requirements.parent,
                    on_line=lambda line: task.detail(line.strip()[:60]),
                )
        except ToolFailedError as error:
            raise EmulatorNotInstalledError(error.message) from error
    (environment / _MARKER).touch()
