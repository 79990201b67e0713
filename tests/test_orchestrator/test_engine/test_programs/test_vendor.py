"""Vendoring a program's packages."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.engine.programs.archive import build_archive
from orchestrator.engine.programs.errors import DependencyNotInstalledError, PulumiVersionError
from orchestrator.engine.programs.pip import PipResult, SubprocessPip
from orchestrator.engine.programs.selection import Pin
from orchestrator.engine.programs.target import Machine, Target, lambda_worker, this_machine
from orchestrator.engine.programs.unpack import unpack_archive
from orchestrator.engine.programs.vendor import Vendored, vendor_packages
from project_directories import read_tree, write_project, write_tree
from tiny_wheels import build_wheel

pytestmark = pytest.mark.thorough

_WORKER = {"pulumi": "3.250.0"}


class RecordingPip:
    """Stands for pip: writes one module, remembers what it was asked."""

    def __init__(self, result: PipResult | None = None) -> None:
        self.calls: list[list[str]] = []
        self.requirements: list[str] = []
        self._result = result or PipResult(0, "")

    def __call__(self, arguments: Sequence[str]) -> PipResult:
        self.calls.append(list(arguments))
        self.requirements.append(Path(self._after("--requirement")).read_text())
        if self._result.exit_code == 0:
            write_tree(Path(self._after("--target")), {"a.py": b"1"})
        return self._result

    def _after(self, option: str) -> str:
        return self.calls[-1][self.calls[-1].index(option) + 1]


class RacingPip(RecordingPip):
    """A pip that is so slow that another process vendors the same packages meanwhile."""

    def __init__(self, other: Path) -> None:
        super().__init__()
        self._other = other

    def __call__(self, arguments: Sequence[str]) -> PipResult:
        vendored = _vendor(self._other, RecordingPip())
        assert vendored.directory is not None
        return super().__call__(arguments)


def _vendor(tmp_path: Path, pip: RecordingPip, target: Target | None = None) -> Vendored:
    return vendor_packages(
        tmp_path / "project",
        target=target or this_machine(),
        worker_packages=_WORKER,
        cache=tmp_path / "cache" / "vendored",
        pip=pip,
    )


def _project(tmp_path: Path, requirements: str) -> None:
    write_project(tmp_path / "project", {"requirements.txt": requirements.encode()})


def test_no_dependencies(tmp_path: Path) -> None:
    """A program that needs only what the worker brings has nothing vendored, and runs no pip."""
    pip = RecordingPip()
    _project(tmp_path, "pulumi==3.250.0\n")

    vendored = _vendor(tmp_path, pip)

    assert vendored.directory is None
    assert vendored.from_worker == (Pin("pulumi", "3.250.0"),)
    assert pip.calls == []
    assert not (tmp_path / "cache").exists()


def test_how_pip_is_asked(tmp_path: Path) -> None:
    """Pip gets the pins alone, in order, and may take wheels only, nothing else and no bytecode."""
    pip = RecordingPip()
    _project(tmp_path, "pulumi==3.250.0\nb==2\na==1 ; python_version > '3'\n")

    _vendor(tmp_path, pip)

    assert pip.requirements == ["a==1\nb==2\n"]
    (call,) = pip.calls
    assert call[:4] == ["--no-deps", "--only-binary", ":all:", "--no-compile"]
    assert "--require-hashes" not in call
    assert "--platform" not in call


def test_hashes_are_demanded(tmp_path: Path) -> None:
    """Where there are hashes, pip must check all of them."""
    pip = RecordingPip()
    _project(tmp_path, "a==1 --hash=sha256:aa\n")

    _vendor(tmp_path, pip)

    assert pip.requirements == ["a==1 --hash=sha256:aa\n"]
    assert "--require-hashes" in pip.calls[0]


def test_the_workers_platform(tmp_path: Path) -> None:
    """For a worker on Lambda pip gets its Python and every platform tag that runs there."""
    pip = RecordingPip()
    _project(tmp_path, "a==1\n")

    _vendor(tmp_path, pip, lambda_worker(Machine.X86_64, python_version="3.13"))

    (call,) = pip.calls
    platforms = [call[at + 1] for at, word in enumerate(call) if word == "--platform"]
    assert call[call.index("--python-version") + 1] == "3.13"
    assert platforms[0] == "manylinux_2_34_x86_64"
    assert platforms[-2:] == ["manylinux_2_17_x86_64", "manylinux2014_x86_64"]


def test_the_same_pins_are_installed_once(tmp_path: Path) -> None:
    """Pins are installed once for each platform, whatever else the file says."""
    pip = RecordingPip()
    _project(tmp_path, "a==1\nb==2\n")
    first = _vendor(tmp_path, pip)
    _project(tmp_path, "# sorted\nb==2\na==1\n")

    again = _vendor(tmp_path, pip)
    elsewhere = _vendor(tmp_path, pip, lambda_worker(Machine.ARM64, python_version="3.13"))

    assert again == first
    assert len(pip.calls) == 2
    assert elsewhere.directory not in (None, first.directory)


def test_two_at_once(tmp_path: Path) -> None:
    """Who is second to install the same pins takes what the first one made."""
    _project(tmp_path, "a==1\n")

    vendored = _vendor(tmp_path, RacingPip(tmp_path))

    assert vendored.directory is not None
    assert [path.name for path in vendored.directory.parent.iterdir()] == [vendored.directory.name]
    assert list(read_tree(vendored.directory)) == ["a.py"]


def test_a_failed_installation(tmp_path: Path) -> None:
    """When pip fails, its last words are in the error and the cache stays empty."""
    _project(tmp_path, "a==1\n")

    with pytest.raises(DependencyNotInstalledError, match="No matching distribution"):
        _vendor(tmp_path, RecordingPip(PipResult(1, "No matching distribution")))

    assert list((tmp_path / "cache/vendored").iterdir()) == []


def test_another_pulumi(tmp_path: Path) -> None:
    """A program that wants another pulumi is refused before anything is installed."""
    pip = RecordingPip()
    _project(tmp_path, "a==1\npulumi==3.1.0\n")

    with pytest.raises(PulumiVersionError):
        _vendor(tmp_path, pip)

    assert pip.calls == []


@pytest.mark.parametrize("main", ["src", "src/app.py"])
def test_requirements_beside_the_program(tmp_path: Path, main: str) -> None:
    """Where `main` moves the program, its requirements may have moved along."""
    pip = RecordingPip()
    project_file = f"name: shop\nruntime: python\nmain: {main}\n"
    files = {"Pulumi.yaml": project_file.encode(), "src/app.py": b""}
    write_project(tmp_path / "project", {**files, "src/requirements.txt": b"a==1"})

    assert _vendor(tmp_path, pip).installed == (Pin("a", "1"),)


def _vendor_for_real(
    tmp_path: Path, name: str, target: Target | None = None, python: str = sys.executable
) -> Vendored:
    options = ("--no-index", "--find-links", str(tmp_path / "wheels"))
    return vendor_packages(
        tmp_path / "project",
        target=target or this_machine(),
        worker_packages=_WORKER,
        cache=tmp_path / name,
        pip=SubprocessPip(Path(python), options=options),
    )


def test_a_real_installation(tmp_path: Path) -> None:
    """Real pip installs a hashed wheel, and what it made is the same in another place."""
    digest = build_wheel(tmp_path / "wheels", "tiny", "1.0", console_script=True)
    _project(tmp_path, f"tiny==1.0 --hash={digest}\n")

    here = _vendor_for_real(tmp_path, "cache")
    there = _vendor_for_real(tmp_path, "deeper/other-cache")

    assert here.directory is not None
    assert there.directory is not None
    files = read_tree(here.directory)
    assert files == read_tree(there.directory)
    information = {"METADATA", "WHEEL", "RECORD", "entry_points.txt"}
    assert set(files) == {"tiny.py", *(f"tiny-1.0.dist-info/{name}" for name in information)}
    recorded = files["tiny-1.0.dist-info/RECORD"].content.decode().splitlines()
    assert {line.split(",")[0] for line in recorded} == set(files)


def test_a_program_with_its_packages_arrives(tmp_path: Path) -> None:
    """Vendored, packed and unpacked, a package lies in the program's vendor folder."""
    build_wheel(tmp_path / "wheels", "tiny", "1.0")
    _project(tmp_path, "tiny==1.0\n")
    vendored = _vendor_for_real(tmp_path, "cache")

    archive = build_archive(tmp_path / "project", vendored=vendored.directory)
    unpack_archive(archive.body, tmp_path / "program", expected_digest=archive.digest)

    assert (tmp_path / "program/vendor/tiny.py").read_text() == "VERSION = '1.0'\n"


@pytest.mark.parametrize("machine", list(Machine))
def test_a_real_installation_for_another_machine(tmp_path: Path, machine: Machine) -> None:
    """Of two platforms' wheels real pip takes the worker's, whatever machine it runs on."""
    for one in Machine:
        tag = f"cp313-cp313-manylinux_2_28_{one.value}"
        build_wheel(tmp_path / "wheels", "tiny", "1.0", tag=tag, source=one.value)
    _project(tmp_path, "tiny==1.0\n")

    vendored = _vendor_for_real(tmp_path, "cache", lambda_worker(machine, python_version="3.13"))

    assert vendored.directory is not None
    assert (vendored.directory / "tiny.py").read_text() == machine.value


def test_a_real_refusal(tmp_path: Path) -> None:
    """A wheel with another hash than the pinned one is not installed."""
    build_wheel(tmp_path / "wheels", "tiny", "1.0")
    _project(tmp_path, f"tiny==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(DependencyNotInstalledError, match="HASHES") as caught:
        _vendor_for_real(tmp_path, "cache")

    assert caught.value.code == "dependency_not_installed"


def test_no_interpreter(tmp_path: Path) -> None:
    """An interpreter that is not there is an error that says so."""
    _project(tmp_path, "tiny==1.0\n")

    with pytest.raises(DependencyNotInstalledError, match="cannot be started"):
        _vendor_for_real(tmp_path, "cache", python=str(tmp_path / "python"))
