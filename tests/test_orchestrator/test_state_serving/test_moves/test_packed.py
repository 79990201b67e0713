"""Files that are packed with zstd."""

from pathlib import Path

import pytest

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.serving.moves.packed import without_zstd

PACKED = b"\x28\xb5\x2f\xfd and so on"


def script(directory: Path, text: str) -> str:
    """A program in place of zstd."""
    path = directory / "zstd"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_the_program_unpacks(tmp_path: Path) -> None:
    """It gets the file on its standard input, and what it prints is the file unpacked."""
    program = script(tmp_path, 'printf "%s " "$@"; tail -c +5')

    assert without_zstd(PACKED, program=program) == b"-dcq  and so on"


def test_damage_is_told(tmp_path: Path) -> None:
    """What the program cannot unpack is a checkpoint that cannot be read."""
    with pytest.raises(CorruptStateError, match="zstd data is damaged"):
        without_zstd(PACKED * 100_000, program=script(tmp_path, "exit 1"))


@pytest.mark.parametrize("body", [b"", b"{}", b"\x1f\x8b gzip"])
def test_other_files_stay_as_they_are(body: bytes, tmp_path: Path) -> None:
    """Nothing is started for them, nor where there is no program."""
    assert without_zstd(body, program=script(tmp_path, "exit 1")) == body
    assert without_zstd(PACKED, program=None) == PACKED
