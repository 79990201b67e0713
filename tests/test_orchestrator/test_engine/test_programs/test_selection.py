"""Which requirements are installed."""

from pathlib import Path

import pytest

from orchestrator.engine.programs.errors import DependencyNotPinnedError, PulumiVersionError
from orchestrator.engine.programs.requirements import read_requirements
from orchestrator.engine.programs.selection import Pin, Selection, select
from orchestrator.engine.programs.target import Machine, lambda_worker
from project_directories import write_tree

_WORKER = {"pulumi": "3.250.0", "pulumi_aws": "7.51.1", "grpcio": "1.85.1"}


def _select(tmp_path: Path, text: str) -> Selection:
    return select(
        read_requirements(write_tree(tmp_path, {"requirements.txt": text.encode()})),
        markers=lambda_worker(Machine.ARM64, python_version="3.13").markers,
        worker_packages=_WORKER,
    )


def test_what_the_worker_brings_is_left_out(tmp_path: Path) -> None:
    """A package that the worker has at the pinned version is not installed again."""
    selection = _select(tmp_path, "pulumi==3.250.0\nPulumi.AWS==7.51.1\nb==2\na==1.0\n")

    assert selection.from_worker == (Pin("pulumi", "3.250.0"), Pin("pulumi-aws", "7.51.1"))
    assert selection.to_install == (Pin("a", "1.0"), Pin("b", "2"))
    assert selection.replacing == ()


def test_equal_versions_may_be_written_otherwise(tmp_path: Path) -> None:
    """1.85.1 and 1.85.1.0 are one version."""
    assert _select(tmp_path, "grpcio==1.85.1.0\n").to_install == ()


def test_a_new_projects_ranges(tmp_path: Path) -> None:
    """The ranges that `pulumi new` writes are met by the worker's own packages."""
    selection = _select(tmp_path, "pulumi>=3.0.0,<4.0.0\npulumi-aws>=7.0.0,<8.0.0\n")

    assert selection.to_install == ()
    assert len(selection.from_worker) == 2


def test_another_version_than_the_workers(tmp_path: Path) -> None:
    """A package other than pulumi may be brought at another version, and is named as such."""
    selection = _select(tmp_path, "grpcio==1.80.0\n")

    assert selection.to_install == selection.replacing == (Pin("grpcio", "1.80.0"),)


@pytest.mark.parametrize("wanted", ["==3.249.0", ">=4", "<3.250.0"])
def test_another_pulumi_is_refused(tmp_path: Path, wanted: str) -> None:
    """Another SDK than the worker's is refused, with both versions and what to write."""
    with pytest.raises(PulumiVersionError) as caught:
        _select(tmp_path, f"pulumi{wanted}\n")

    assert caught.value.wanted == wanted
    assert caught.value.worker_version == "3.250.0"
    assert "pulumi==3.250.0" in caught.value.way_out


@pytest.mark.parametrize("line", ["a", "a>=1", "pulumi-aws>=8", "a==1.*"])
def test_what_is_not_pinned(tmp_path: Path, line: str) -> None:
    """What the worker does not bring has to be pinned."""
    with pytest.raises(DependencyNotPinnedError, match="does not pin one version") as caught:
        _select(tmp_path, line)

    assert "name==version" in caught.value.way_out


def test_markers_are_read_for_the_worker(tmp_path: Path) -> None:
    """A line counts if its marker holds on the worker, whatever the laptop is."""
    selection = _select(
        tmp_path,
        "a==1; sys_platform == 'win32'\n"
        "b==1; platform_machine == 'aarch64' and python_version >= '3.13'\n"
        "c>=1; python_full_version < '3.13'\n",
    )

    assert selection.to_install == (Pin("b", "1"),)


def test_hashes_are_kept(tmp_path: Path) -> None:
    """A hashed pin keeps its hashes, and the selection says that there are some."""
    selection = _select(tmp_path, "a==1 --hash=sha256:bb --hash=sha256:aa\n")

    assert selection.is_hashed
    assert selection.to_install[0].line() == "a==1 --hash=sha256:aa --hash=sha256:bb"
    assert not _select(tmp_path, "a==1").is_hashed


def test_some_hashes_are_not_enough(tmp_path: Path) -> None:
    """Hashes for some packages and none for others are refused by name."""
    with pytest.raises(DependencyNotPinnedError, match="none for b"):
        _select(tmp_path, "a==1 --hash=sha256:aa\nb==1\n")


def test_the_same_line_twice(tmp_path: Path) -> None:
    """A package may stand there twice, but not at two versions."""
    assert _select(tmp_path, "a==1\nA==1\n").to_install == (Pin("a", "1"),)
    with pytest.raises(DependencyNotPinnedError, match="stands there twice"):
        _select(tmp_path, "a==1\na==2\n")
