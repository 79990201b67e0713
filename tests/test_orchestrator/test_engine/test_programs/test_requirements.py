"""Reading requirements.txt."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.engine.programs.errors import (
    DependencyNotPinnedError,
    ProgramError,
    ProgramInvalidError,
)
from orchestrator.engine.programs.requirements import WrittenRequirement, read_requirements
from project_directories import write_tree


def _read(tmp_path: Path, text: str) -> tuple[WrittenRequirement, ...]:
    return read_requirements(write_tree(tmp_path, {"requirements.txt": text.encode()}))


def test_what_a_lock_tool_writes(tmp_path: Path) -> None:
    """Comments, continued lines, hashes, markers and extras are understood."""
    small, other = _read(
        tmp_path,
        "\ufeff# made by a tool\n\n"
        "Small.Thing==1.2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:aa\n    # via other\n"
        "other[extra]==3 ; python_version < '4'  # why\r\n",
    )

    assert (small.name, small.pinned_version) == ("small-thing", "1.2")
    assert small.hashes == ("sha256:aa", "sha256:bb")
    assert (other.name, other.pinned_version, other.hashes) == ("other", "3", ())
    assert str(other.requirement.marker) == 'python_version < "4"'


@pytest.mark.parametrize("line", ["a", "a>=1", "a==1,!=2", "a==1.*", "a~=1.0", "a<2"])
def test_lines_that_leave_a_choice(tmp_path: Path, line: str) -> None:
    """A line that allows more than one version has no pinned one."""
    (written,) = _read(tmp_path, line)

    assert written.pinned_version is None


@pytest.mark.parametrize(
    "line",
    ["a @ https://user:hunter2@example.org/a.whl", "./a", "https://user:hunter2@example.org/a"],
)
def test_packages_from_addresses(tmp_path: Path, line: str) -> None:
    """What is taken from an address or a path is refused."""
    with pytest.raises(DependencyNotPinnedError):
        _read(tmp_path, line)


def test_an_address_with_a_password_is_not_repeated(tmp_path: Path) -> None:
    """Neither a package's address nor an option's value gets into an error."""
    for line in ["a @ https://user:hunter2@example.org/a", "-i https://user:hunter2@example.org/"]:
        with pytest.raises(DependencyNotPinnedError) as caught:
            _read(tmp_path, line)
        assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("-r more.txt", "-r"),
        ("-e .", "-e"),
        ("--index-url=https://example.org", "--index-url"),
        ("--find-links wheels", "--find-links"),
        ("-c constraints.txt", "-c"),
    ],
)
def test_options_are_refused(tmp_path: Path, line: str, option: str) -> None:
    """An option is refused by its name: it points at what the archive does not hold."""
    with pytest.raises(DependencyNotPinnedError, match=f"the option {option},"):
        _read(tmp_path, line)


def test_nothing_to_install(tmp_path: Path) -> None:
    """A directory without requirements, or with a pyproject.toml for tools only, needs nothing."""
    assert read_requirements(tmp_path) == ()

    write_tree(tmp_path, {"pyproject.toml": b"[tool.ruff]\n[project]\nname='a'\ndependencies=[]\n"})

    assert read_requirements(tmp_path) == ()


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": b"[project]\ndependencies = ['a']\n", "uv.lock": b""},
        {"pyproject.toml": b"[tool.poetry.dependencies]\npython = '3'\na = '1'\n"},
        {"Pipfile": b""},
    ],
)
def test_other_kinds_of_lock(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Packages that only another tool's files name are refused with how to export them."""
    with pytest.raises(DependencyNotPinnedError) as caught:
        read_requirements(write_tree(tmp_path, files))

    assert caught.value.code == "dependency_not_pinned"
    assert "uv export" in caught.value.way_out


def test_requirements_come_first(tmp_path: Path) -> None:
    """Beside a requirements.txt a pyproject.toml may name packages as it likes."""
    files = {"pyproject.toml": b"[project]\ndependencies=['a']", "requirements.txt": b"a==1"}

    assert len(read_requirements(write_tree(tmp_path, files))) == 1


@pytest.mark.parametrize("files", [{"requirements.txt": b"\xff"}, {"pyproject.toml": b"="}])
def test_files_that_cannot_be_read(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A file that is not what its name says is refused."""
    with pytest.raises(ProgramInvalidError, match="cannot be read"):
        read_requirements(write_tree(tmp_path, files))


@settings(deadline=None)  # the disk may be slow
@given(st.text("a=1.;[]@# -\\\n<>'\"rh:/é"))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever the file holds, the answer is requirements or one of our refusals."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            written = _read(Path(directory), text)
        except ProgramError:
            return
        assert all(line.name for line in written)
