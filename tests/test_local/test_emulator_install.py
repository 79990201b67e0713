"""The emulator's own environment, with a small wheel in the emulator's place."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from local.emulator_install import install_emulator
from local.errors import EmulatorNotInstalledError
from local.progress import SilentProgress
from local.settings import LocalSettings
from local_installation import made_up_settings
from recording_progress import RecordingProgress

pytestmark = pytest.mark.emulator

WHEEL = "ministack-1.0-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: ministack\nVersion: 1.0\n"
KIND = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
FILES = {
    "ministack/__init__.py": "",
    "ministack/app.py": "",
    "ministack-1.0.dist-info/METADATA": METADATA,
    "ministack-1.0.dist-info/WHEEL": KIND,
    "ministack-1.0.dist-info/RECORD": "".join(
        f"{name},,\n"
        for name in (
            *("ministack/__init__.py", "ministack/app.py"),
            *(f"ministack-1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD")),
        )
    ),
}

Require = Callable[[str], None]


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    """A repository that requires a small wheel, whose hash is right."""
    made_up = made_up_settings(tmp_path)
    requirements = made_up.repository / "requirements"
    requirements.mkdir()
    with zipfile.ZipFile(requirements / WHEEL, "w") as wheel:
        for name, content in FILES.items():
            wheel.writestr(name, content)
    digest = hashlib.sha256((requirements / WHEEL).read_bytes()).hexdigest()
    (requirements / "emulator.txt").write_text(f"./{WHEEL} --hash=sha256:{digest}\n")
    return replace(made_up, tool_environment={**made_up.tool_environment, "PIP_NO_INDEX": "1"})


def test_it_is_made_once_and_made_again_when_broken(settings: LocalSettings) -> None:
    """A whole environment is used as it is; one that lost a file, or its marker, is replaced."""
    python = install_emulator(settings, progress=SilentProgress())
    progress = RecordingProgress()

    assert install_emulator(settings, progress=progress) == python
    assert (progress.said, progress.tasks) == ([], {})

    next(python.parent.parent.rglob("ministack/app.py")).unlink()
    assert install_emulator(settings, progress=progress) == python
    assert "is not whole" in progress.said[0]
    assert next(python.parent.parent.rglob("ministack/app.py")).exists()


def test_a_package_with_another_hash_is_refused(settings: LocalSettings) -> None:
    """Nothing is installed but what the requirements name by its digest, and that is told."""
    requirements = settings.repository / "requirements" / "emulator.txt"
    requirements.write_text(f"./{WHEEL} --hash=sha256:{'0' * 64}\n")

    with pytest.raises(EmulatorNotInstalledError, match="ended with status 1") as caught:
        install_emulator(settings, progress=SilentProgress())

    assert "DO NOT MATCH THE HASHES" in caught.value.message
