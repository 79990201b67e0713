"""Asks a `pulumi` which version it is."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.errors import EngineStepError

# A cold start from a slow disk takes seconds; one that has not answered by then will not.
PROBE_TIMEOUT_SECONDS = 30


def check_version(binary: Path, wanted: str, environment: Mapping[str, str]) -> None:
    """Raises EngineStepError unless `binary` runs and says that it is `wanted`."""
    try:
        answer = subprocess.run(
            [binary, "version"],
            env={**environment, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT_SECONDS,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise EngineStepError(f"{binary} cannot be run ({error.strerror})") from error
    except subprocess.TimeoutExpired as error:
        raise EngineStepError(f"{binary} did not tell its version in time") from error
    if answer.returncode != 0:
        raise EngineStepError(f"{binary} version ended with status {answer.returncode}")
    said = answer.stdout.strip()
    if said != wanted:
        raise EngineStepError(f"{binary} is {said or 'silent'}, not {wanted}")


def engine_on_path(search_path: str, wanted: str, environment: Mapping[str, str]) -> Path:
    """The `pulumi` on PATH; raises EngineStepError if there is none or it is another version.

    It is asked each time, never remembered: the shim of a version manager stays the same file
    while the version behind it changes.
    """
    found = shutil.which("pulumi", path=search_path)
    if found is None:
        raise EngineStepError("there is none")
    # Absolute, whatever PATH says: the engine is started in other directories.
    binary = Path(found).absolute()
    check_version(binary, wanted, environment)
    return binary
