"""The files of tokens."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hoist.access.tokens import new_token
from hoist.cli.server.saved_tokens import CredentialsFileError, SavedToken, SavedTokens

URL = "https://hoist.example/v"
SAVED = SavedToken(URL, new_token(), "ada", datetime(2026, 3, 1, 12, 30, tzinfo=UTC))


@pytest.fixture
def tokens(tmp_path: Path) -> SavedTokens:
    return SavedTokens(tmp_path / "credentials")


def only_file(tmp_path: Path) -> Path:
    [path] = (tmp_path / "credentials").iterdir()
    return path


def test_a_token_is_found_where_it_was_saved(tokens: SavedTokens) -> None:
    """For its server, and for no other."""
    tokens.save(SAVED)

    assert tokens.find(URL) == SAVED
    assert tokens.find(f"{URL}/") is None
    assert tokens.find("https://other.example") is None


def test_a_new_token_stands_in_place_of_the_old_one(tokens: SavedTokens, tmp_path: Path) -> None:
    """And nothing of the old one is left over."""
    tokens.save(SAVED)
    newer = replace(SAVED, token=new_token())

    tokens.save(newer)

    assert tokens.find(URL) == newer
    assert SAVED.token.text.reveal() not in only_file(tmp_path).read_text()


def test_the_file_is_for_its_owner_alone(tokens: SavedTokens, tmp_path: Path) -> None:
    """From its first byte on; so is its folder."""
    before = os.umask(0)
    try:
        tokens.save(SAVED)
    finally:
        os.umask(before)

    assert stat.S_IMODE(only_file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "credentials").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_not_used(
    tokens: SavedTokens, tmp_path: Path, mode: int
) -> None:
    """The error says what to do: the token may be known to somebody."""
    tokens.save(SAVED)
    only_file(tmp_path).chmod(mode)

    with pytest.raises(CredentialsFileError) as caught:
        tokens.find(URL)
    assert "hoist logout" in caught.value.way_out


def test_only_a_plain_file_is_used(tokens: SavedTokens, tmp_path: Path) -> None:
    """Neither a link to somewhere nor a pipe that would keep its reader waiting."""
    tokens.save(SAVED)
    path = only_file(tmp_path)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    with pytest.raises(CredentialsFileError):
        tokens.find(URL)
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(CredentialsFileError):
        tokens.find(URL)


def test_a_file_of_another_server_is_not_used(tokens: SavedTokens, tmp_path: Path) -> None:
    """A token goes to the server that issued it, whatever its file is called."""
    tokens.save(SAVED)
    theirs = only_file(tmp_path)
    tokens.save(replace(SAVED, server="https://other.example"))
    [other] = set((tmp_path / "credentials").iterdir()) - {theirs}
    other.write_bytes(theirs.read_bytes())

    with pytest.raises(CredentialsFileError, match="another server"):
        tokens.find("https://other.example")


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"\xff\xfe", b"{}", b'{"format": 2}', b"[" * 50_000, b"x" * 10**6),
        b'{"format": 1, "server": "x", "token": "canary-9", "person": "ada",'
        b' "expires_at": "2026-03-01T12:00:00Z"}',
    ],
)
def test_a_damaged_file_is_refused(tokens: SavedTokens, tmp_path: Path, content: bytes) -> None:
    """Signing in writes it anew; nothing of it is repeated."""
    tokens.save(SAVED)
    only_file(tmp_path).write_bytes(content)

    with pytest.raises(CredentialsFileError) as caught:
        tokens.find(URL)

    assert f"hoist login {URL}" in caught.value.way_out
    assert "canary-9" not in caught.value.message


def test_forgetting(tokens: SavedTokens) -> None:
    """What is forgotten is not found, and forgetting it again does nothing."""
    tokens.save(SAVED)

    tokens.forget(URL)
    tokens.forget(URL)

    assert tokens.find(URL) is None


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """As an error of this machine."""
    (tmp_path / "credentials").write_text("a file")
    tokens = SavedTokens(tmp_path / "credentials")

    acts: list[Callable[[], object]] = [
        lambda: tokens.save(SAVED),
        lambda: tokens.find(URL),
        lambda: tokens.forget(URL),
    ]
    for act in acts:
        with pytest.raises(CredentialsFileError, match="credentials"):
            act()


def test_many_who_save_at_once_leave_one_whole_file(tokens: SavedTokens, tmp_path: Path) -> None:
    """Whichever was the last, and no drafts."""
    saved = [replace(SAVED, token=new_token()) for _ in range(16)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tokens.save, saved))

    assert tokens.find(URL) in saved
    assert only_file(tmp_path).suffix == ".json"


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/h"}, "/h/.config/hoist/credentials"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/c"}, "/c/hoist/credentials"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "c"}, "/h/.config/hoist/credentials"),
    ],
)
def test_the_place_is_the_users(environ: dict[str, str], folder: str) -> None:
    """Where the standard says that a user's settings are."""
    assert vars(SavedTokens.of(environ))["_folder"] == Path(folder)
