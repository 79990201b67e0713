"""Packages of an environment, with small ones in it."""

import zipfile
from pathlib import Path

import pytest

from building.errors import EnvironmentStaleError
from building.installed_packages import InstalledPackages
from project_directories import read_tree
from tiny_wheels import build_wheel

DIGEST = "sha256:" + "0f" * 32


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An environment with `small` and `wide`, of which the latter brought a script along."""
    site = tmp_path / "site"
    for name, version in (("small", "1.0"), ("wide", "2.5")):
        build_wheel(tmp_path, name, version)
        with zipfile.ZipFile(tmp_path / f"{name}-{version}-py3-none-any.whl") as wheel:
            wheel.extractall(site)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "wide").write_text("#!/somewhere/python\n")
    with (site / "wide-2.5.dist-info" / "RECORD").open("a") as record:
        record.write("../bin/wide,,\n__pycache__/wide.cpython-311.pyc,,\n")
    return site


def install(site: Path, tmp_path: Path, *lines: str) -> set[str]:
    requirements = tmp_path / "some.txt"
    requirements.write_text("".join(f"{line} --hash={DIGEST}\n" for line in lines))
    (tmp_path / "target").mkdir()
    InstalledPackages([str(site)]).install(requirements, tmp_path / "target")
    return set(read_tree(tmp_path / "target"))


def test_what_is_pinned_is_copied(site: Path, tmp_path: Path) -> None:
    """Modules and metadata are copied; scripts, caches and what installers note are not."""
    copied = install(site, tmp_path, "small==1.0", "wide==2.5")

    assert copied == {
        "small.py",
        "small-1.0.dist-info/METADATA",
        "small-1.0.dist-info/WHEEL",
        "wide.py",
        "wide-2.5.dist-info/METADATA",
        "wide-2.5.dist-info/WHEEL",
    }


def test_what_is_not_pinned_stays(site: Path, tmp_path: Path) -> None:
    """Only what the file names, and only what applies to this machine."""
    copied = install(site, tmp_path, "small==1.0", "gone==3 ; sys_platform == 'none'")

    assert {name for name in copied if name.endswith(".py")} == {"small.py"}


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        ("small==1.1", "small 1.1 is required, and this environment has 1.0"),
        ("gone==3", "gone 3 is required, and this environment has none"),
    ],
)
def test_a_stale_environment_is_refused(site: Path, tmp_path: Path, pinned: str, said: str) -> None:
    """The error names the package, what is required and what is there."""
    with pytest.raises(EnvironmentStaleError) as refused:
        install(site, tmp_path, pinned)

    assert refused.value.message == said
    assert refused.value.package == pinned.partition("==")[0]


@pytest.mark.parametrize("lost", ["small.py", "small-1.0.dist-info/RECORD"])
def test_a_damaged_environment_is_refused(site: Path, tmp_path: Path, lost: str) -> None:
    """A package that has lost files, or the list of them, is not copied in part."""
    (site / lost).unlink()

    with pytest.raises(EnvironmentStaleError, match=r"small 1\.0"):
        install(site, tmp_path, "small==1.0")
