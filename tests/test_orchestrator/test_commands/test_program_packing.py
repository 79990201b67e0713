"""A project's program, packed for this machine."""

from pathlib import Path

import pytest

from orchestrator.commands.program_packing import pack_program, worker_here, worker_on_lambda
from orchestrator.engine.programs.errors import DependencyNotPinnedError
from orchestrator.engine.programs.project import read_project
from project_directories import write_project


def test_what_this_python_has_is_not_installed_again(tmp_path: Path) -> None:
    """The requirements that `pulumi new` writes need no network."""
    project = write_project(
        tmp_path / "web", {"__main__.py": b"", "requirements.txt": b"pulumi>=3.0.0,<4.0.0\n"}
    )

    archive = pack_program(
        project,
        read_project(project),
        worker_here(),
        cache_directory=tmp_path / "cache",
        say=_nobody,
    )

    assert archive.file_count == 3


def test_options_without_effect_are_told(tmp_path: Path) -> None:
    """Who set a virtual environment learns that it is not used."""
    text = b"name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n"
    project = write_project(tmp_path / "web", {"Pulumi.yaml": text, "__main__.py": b""})
    said: list[str] = []

    pack_program(
        project,
        read_project(project),
        worker_here(),
        cache_directory=tmp_path / "cache",
        say=said.append,
    )

    assert said == ["Runtime options of Pulumi.yaml that have no effect here: virtualenv."]


def test_an_open_requirement_is_refused(tmp_path: Path) -> None:
    """What would be another package tomorrow is not packed today."""
    project = write_project(
        tmp_path / "web", {"__main__.py": b"", "requirements.txt": b"no-such-package>=1\n"}
    )

    with pytest.raises(DependencyNotPinnedError):
        pack_program(
            project,
            read_project(project),
            worker_here(),
            cache_directory=tmp_path / "cache",
            say=_nobody,
        )


def test_a_worker_on_lambda_brings_what_its_image_has_and_no_more() -> None:
    """The Pulumi SDK with all that it needs is there; what only this machine has is not."""
    worker = worker_on_lambda()

    names = {name.lower() for name in worker.versions}
    assert {"pulumi", "pulumi-aws", "grpcio", "protobuf"} <= {
        name.replace("_", "-") for name in names
    }
    assert "pytest" not in names
    assert worker.target.markers["python_version"] == "3.13"


def _nobody(sentence: str) -> None:
    """Is told things that do not matter here."""
