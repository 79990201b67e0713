"""Packages for Lambda, by the real pip, from a directory of small wheels."""

import sys
from pathlib import Path

import pytest

from building.errors import DependenciesNotInstalledError
from building.pip_packages import Machine, PipPackages
from project_directories import read_tree
from tiny_wheels import build_wheel

pytestmark = pytest.mark.thorough

ARM = "cp313-cp313-manylinux_2_28_aarch64"
INTEL = "cp313-cp313-manylinux_2_17_x86_64"


def pip(wheels: Path, machine: Machine = Machine.ARM64) -> PipPackages:
    options = ("--no-index", "--find-links", str(wheels))
    return PipPackages(machine, Path(sys.executable), options)


def test_the_wheels_are_those_of_the_machine(tmp_path: Path) -> None:
    """Each machine gets its own build of a version, whatever machine this is."""
    wheels = tmp_path / "wheels"
    arm = build_wheel(wheels, "fast", "1.0", tag=ARM, source="BUILT = 'arm'\n")
    intel = build_wheel(wheels, "fast", "1.0", tag=INTEL, source="BUILT = 'intel'\n")
    requirements = tmp_path / "some.txt"
    requirements.write_text(f"fast==1.0 --hash={arm} --hash={intel}\n")

    for machine in Machine:
        pip(wheels, machine).install(requirements, tmp_path / machine.value)

    assert read_tree(tmp_path / "aarch64")["fast.py"].content == b"BUILT = 'arm'\n"
    assert read_tree(tmp_path / "x86_64")["fast.py"].content == b"BUILT = 'intel'\n"


def test_nothing_of_the_installer_is_left(tmp_path: Path) -> None:
    """No scripts, bytecode, records, and nothing aside: the same files on every machine."""
    wheels, target = tmp_path / "wheels", tmp_path / "made" / "python"
    digest = build_wheel(wheels, "small", "1.0", console_script=True)
    requirements = tmp_path / "some.txt"
    requirements.write_text(f"small==1.0 --hash={digest}\n")
    target.mkdir(parents=True)

    pip(wheels).install(requirements, target)

    information = "small-1.0.dist-info"
    assert set(read_tree(tmp_path / "made")) == {
        "python/small.py",
        *(f"python/{information}/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt")),
    }


def test_markers_are_those_of_lambda(tmp_path: Path) -> None:
    """What only Lambda's Python needs is installed, what only an older one needs is not."""
    wheels, target = tmp_path / "wheels", tmp_path / "target"
    newer, older = (build_wheel(wheels, name, "1.0") for name in ("newer", "older"))
    requirements = tmp_path / "some.txt"
    requirements.write_text(
        f"newer==1.0 ; python_version >= '3.13' --hash={newer}\n"
        f"older==1.0 ; python_version < '3.13' --hash={older}\n"
    )

    pip(wheels).install(requirements, target)

    assert {name for name in read_tree(target) if name.endswith(".py")} == {"newer.py"}


@pytest.mark.parametrize("problem", ["other bytes", "other machine", "nowhere"])
def test_what_cannot_be_had_is_an_error(tmp_path: Path, problem: str) -> None:
    """A wheel that was tampered with, or that is not there for Lambda, is never installed."""
    wheels, target = tmp_path / "wheels", tmp_path / "target"
    wheels.mkdir()
    digest = "sha256:" + "0f" * 32
    if problem == "other bytes":
        build_wheel(wheels, "small", "1.0")
    if problem == "other machine":
        digest = build_wheel(wheels, "small", "1.0", tag="cp313-cp313-win_amd64")
    requirements = tmp_path / "some.txt"
    requirements.write_text(f"small==1.0 --hash={digest}\n")

    with pytest.raises(DependenciesNotInstalledError, match=r"some\.txt.*aarch64"):
        pip(wheels).install(requirements, target)

    assert not target.exists()


def test_credentials_are_not_repeated(tmp_path: Path) -> None:
    """What pip says of an index goes into the error without the password in its address."""
    requirements = tmp_path / "some.txt"
    requirements.write_text("small==1.0 --hash=sha256:" + "0f" * 32 + "\n")
    address = "http://somebody:canary-31d9@127.0.0.1:9/"
    options = ("--index-url", address, "--retries", "0", "-vv")

    with pytest.raises(DependenciesNotInstalledError) as failed:
        PipPackages(Machine.ARM64, Path(sys.executable), options).install(
            requirements, tmp_path / "target"
        )

    assert "127.0.0.1:9" in failed.value.message
    assert "canary-31d9" not in failed.value.message


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    """An interpreter that cannot be started is an error with a way out."""
    requirements = tmp_path / "some.txt"
    requirements.write_text("")

    with pytest.raises(DependenciesNotInstalledError, match="cannot be started"):
        PipPackages(Machine.ARM64, tmp_path / "python").install(requirements, tmp_path / "target")
