"""A project's program, packed for this machine."""

from pathlib import Path

import pytest

from local.program_packing import pack_program
from local_installation import made_up_settings
from orchestrator.engine.programs.errors import DependencyNotPinnedError
from orchestrator.engine.programs.project import read_project
from project_directories import write_project
from recording_progress import RecordingProgress


def test_what_this_python_has_is_not_installed_again(tmp_path: Path) -> None:
    """The requirements that `pulumi new` writes need no network."""
    project = write_project(
        tmp_path / "web", {"__main__.py": b"", "requirements.txt": b"pulumi>=3.0.0,<4.0.0\n"}
    )

    archive = pack_program(
        project,
        read_project(project),
        made_up_settings(tmp_path / "machine"),
        progress=RecordingProgress(),
    )

    assert archive.file_count == 3


def test_options_without_effect_are_told(tmp_path: Path) -> None:
    """Who set a virtual environment learns that it is not used."""
    text = b"name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n"
    project = write_project(tmp_path / "web", {"Pulumi.yaml": text, "__main__.py": b""})
    progress = RecordingProgress()

    pack_program(
        project,
        read_project(project),
        made_up_settings(tmp_path / "machine"),
        progress=progress,
    )

    assert progress.said == ["Runtime options of Pulumi.yaml that have no effect here: virtualenv."]


def test_an_open_requirement_is_refused(tmp_path: Path) -> None:
    """What would be another package tomorrow is not packed today."""
    project = write_project(
        tmp_path / "web", {"__main__.py": b"", "requirements.txt": b"no-such-package>=1\n"}
    )

    with pytest.raises(DependencyNotPinnedError):
        pack_program(
            project,
            read_project(project),
            made_up_settings(tmp_path / "machine"),
            progress=RecordingProgress(),
        )
