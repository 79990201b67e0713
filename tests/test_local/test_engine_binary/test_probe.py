"""Asking a `pulumi` for its version."""

from pathlib import Path

import pytest

from local.engine_binary.probe import check_version, engine_on_path
from local.errors import EngineStepError
from local_installation import PINNED, SYSTEM_PATH, write_engine, write_program


def test_the_pinned_version_is_accepted(tmp_path: Path) -> None:
    """A program that says the wanted version passes."""
    check_version(write_engine(tmp_path / "pulumi"), PINNED, {})


def test_another_version_is_named(tmp_path: Path) -> None:
    """The reason says which version there is and which was wanted."""
    engine = write_engine(tmp_path / "pulumi", "v3.100.0")

    with pytest.raises(EngineStepError, match=r"is v3\.100\.0, not v3\.250\.0"):
        check_version(engine, PINNED, {})


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "ended with status 3"),
        ("exit 0", "is silent, not"),
        ("echo v3.250.0-dev", "-dev"),
    ],
)
def test_a_program_that_is_no_engine_is_refused(tmp_path: Path, script: str, reason: str) -> None:
    """Whatever does not answer with exactly the version is refused, with what it did instead."""
    program = write_program(tmp_path / "pulumi", script)

    with pytest.raises(EngineStepError, match=reason):
        check_version(program, PINNED, {})


def test_a_program_that_cannot_be_run_is_refused(tmp_path: Path) -> None:
    """A file that the system does not run is refused."""
    program = tmp_path / "pulumi"
    program.write_bytes(b"\x7fELF and then nothing")
    program.chmod(0o755)

    with pytest.raises(EngineStepError, match="cannot be run"):
        check_version(program, PINNED, {})


def test_it_sees_only_the_environment_that_it_is_given(tmp_path: Path) -> None:
    """A probed program gets no variable of ours but the switch against the update check."""
    program = write_program(tmp_path / "pulumi", f"/usr/bin/env > {tmp_path}/seen; echo {PINNED}")

    check_version(program, PINNED, {"NAME": "value"})

    names = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert names - {"PWD", "_", "SHLVL", "OLDPWD"} == {"NAME", "PULUMI_SKIP_UPDATE_CHECK"}


def test_the_engine_on_path_is_found(tmp_path: Path) -> None:
    """The first `pulumi` on PATH is taken if it fits."""
    engine = write_engine(tmp_path / "pulumi")

    assert engine_on_path(f"{tmp_path}:{SYSTEM_PATH}", PINNED, {}) == engine


def test_no_engine_on_path(tmp_path: Path) -> None:
    """Without a `pulumi` on PATH the reason is that there is none."""
    with pytest.raises(EngineStepError, match="there is none"):
        engine_on_path(str(tmp_path), PINNED, {})
