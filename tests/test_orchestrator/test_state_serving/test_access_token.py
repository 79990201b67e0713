"""The file with the access token of a store."""

import os
import stat
import threading
from pathlib import Path

import pytest

from hoist.secret import Secret
from orchestrator.state.serving.access_token import access_token
from orchestrator.state.serving.errors import AccessTokenFileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the token is to be, in a folder that is not there yet."""
    return tmp_path / "store" / "access-token"


def test_it_is_made_once(path: Path) -> None:
    """The first start makes it, long and for its owner alone; later ones read it."""
    first = access_token(path)

    again = access_token(path)

    assert first == again
    assert len(first.reveal()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == [path.name]


def test_stores_have_different_tokens(tmp_path: Path) -> None:
    """The token of one store is not that of another."""
    assert access_token(tmp_path / "one") != access_token(tmp_path / "other")


def test_servers_that_start_at_once_agree(path: Path) -> None:
    """Of many who make it at the same time, one does, and all have the same."""
    found: list[Secret] = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        found.append(access_token(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    """Who knows it may change every stack: it says to make another one."""
    access_token(path)
    path.chmod(mode)

    with pytest.raises(AccessTokenFileError, match="may be read by others") as refused:
        access_token(path)

    assert "delete the file" in refused.value.way_out


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"a b" * 20, b"\xff" * 50, b"x" * 2000])
def test_a_file_that_holds_no_token_is_refused(path: Path, content: bytes) -> None:
    """An empty or damaged file is no token, and what it holds is not shown."""
    access_token(path)
    path.write_bytes(content)

    with pytest.raises(AccessTokenFileError) as refused:
        access_token(path)

    assert refused.value.message == f"{path} holds no access token."


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    """A file of somebody else's choice does not become the token."""
    access_token(tmp_path / "elsewhere")
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(AccessTokenFileError):
        access_token(path)


def test_a_file_in_the_way_of_the_folder_is_told(path: Path) -> None:
    """A store that cannot be a folder is an error with a way out."""
    path.parent.write_text("")

    with pytest.raises(AccessTokenFileError) as failed:
        access_token(path)

    assert failed.value.way_out
