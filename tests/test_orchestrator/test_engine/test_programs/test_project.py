"""Reading Pulumi.yaml."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.engine.programs.errors import (
    ProgramError,
    ProgramInvalidError,
    RuntimeNotSupportedError,
)
from orchestrator.engine.programs.project import Project, read_project
from project_directories import write_project, write_tree


def _read(tmp_path: Path, text: str) -> Project:
    return read_project(write_project(tmp_path, {"Pulumi.yaml": text.encode()}))


def test_a_plain_project(tmp_path: Path) -> None:
    """A name and a runtime are enough; the rest has defaults."""
    project = _read(tmp_path, "name: shop\nruntime: python\n")

    assert project == Project(
        name="shop", runtime="python", main=".", description="", config_keys=(), ignored_options=()
    )


def test_a_full_project(tmp_path: Path) -> None:
    """Runtime options are listed as ignored and config keys get the project's namespace."""
    write_tree(tmp_path, {"src/__main__.py": b""})

    project = _read(
        tmp_path,
        "name: shop\ndescription: Sells\nmain: ./src/\n"
        "runtime: {name: python, options: {virtualenv: .venv, toolchain: uv}}\n"
        "config: {owner: {type: string}, 'aws:region': eu-west-1}\n",
    )

    assert project.main == "src"
    assert project.description == "Sells"
    assert project.config_keys == ("aws:region", "shop:owner")
    assert project.ignored_options == ("toolchain", "virtualenv")


def test_the_other_spelling_of_the_file(tmp_path: Path) -> None:
    """Pulumi.yml is read where there is no Pulumi.yaml."""
    write_tree(tmp_path, {"Pulumi.yml": b"name: other\nruntime: python\n"})

    assert read_project(tmp_path).name == "other"


def test_config_as_a_directory(tmp_path: Path) -> None:
    """The old meaning of `config`, a path, declares no keys."""
    assert _read(tmp_path, "name: a\nruntime: python\nconfig: stacks\n").config_keys == ()


@pytest.mark.parametrize("runtime", ["nodejs", "go", "dotnet", "java", "yaml", "bun", "cobol"])
def test_other_runtimes_are_refused_by_name(tmp_path: Path, runtime: str) -> None:
    """A runtime other than python is refused with its name and a way out."""
    with pytest.raises(RuntimeNotSupportedError, match=f"{runtime!r}.*no host") as caught:
        _read(tmp_path, f"name: shop\nruntime: {{name: {runtime}}}\n")

    assert caught.value.code == "runtime_not_supported"
    assert caught.value.runtime == runtime
    assert "runtime: python" in caught.value.way_out


def test_no_project_file(tmp_path: Path) -> None:
    """A directory without a project file is refused with the name of what is missing."""
    with pytest.raises(ProgramInvalidError, match=r"no Pulumi\.yaml"):
        read_project(tmp_path)


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    """The refusal of broken YAML says on which line it breaks."""
    with pytest.raises(ProgramInvalidError, match=r"line 2"):
        _read(tmp_path, "name: shop\nruntime: ]\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a\n", "no mapping"),
        ("", "no mapping"),
        ("runtime: python\n", "`name`"),
        ("name: ''\nruntime: python\n", "`name`"),
        ("name: 7\nruntime: python\n", "`name`"),
        ("name: a b\nruntime: python\n", "cannot be the name of a project"),
        ("name: ..\nruntime: python\n", "cannot be the name of a project"),
        ("name: shop\n", "`runtime`"),
        ("name: shop\nruntime: {name: python, options: 3}\n", "`runtime`"),
        ("name: shop\nruntime: python\nconfig: [a]\n", "`config`"),
        ("name: shop\nruntime: python\nmain: ../up\n", "out of the project"),
        ("name: shop\nruntime: python\nmain: /up\n", "out of the project"),
        ("name: shop\nruntime: python\nmain: src\n", "no such path"),
        ("name: shop\nruntime: python\nwhen: 2020-99-99\n", "not valid YAML"),
        ("[" * 5_000, "not valid YAML"),
        ("#" * 2_000_000, "larger"),
    ],
)
def test_invalid_projects(tmp_path: Path, text: str, reason: str) -> None:
    """Each fault of a project file is named in the refusal."""
    with pytest.raises(ProgramInvalidError, match=reason):
        _read(tmp_path, text)


@settings(deadline=None)  # the disk may be slow
@given(
    st.one_of(st.binary(), st.text(alphabet="name: runtime\n-[]{}&*!?|>%@`'\"#,x1").map(str.encode))
)
def test_any_file_is_read_or_refused(content: bytes) -> None:
    """Whatever the project file holds, the answer is a project or one of our refusals."""
    with tempfile.TemporaryDirectory() as directory:
        write_project(Path(directory), {"Pulumi.yaml": content})
        try:
            project = read_project(Path(directory))
        except ProgramError:
            return
        assert project.runtime == "python"
