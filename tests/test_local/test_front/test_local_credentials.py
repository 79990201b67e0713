"""The key pair of a local installation."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.errors import LocalKeyError
from local.front.layout import FrontLayout
from local.front.local_credentials import ensure_local_key, local_credentials, read_local_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FrontLayout(tmp_path).key


def test_it_is_made_once_and_for_its_owner_alone(path: Path) -> None:
    """Nobody else may read the file, and a second time nothing is changed."""
    ensure_local_key(path)
    made = path.read_bytes()
    ensure_local_key(path)

    assert path.read_bytes() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert local_credentials({"HOIST_LOCAL_DIR": str(path.parent)}) == read_local_key(path)


def test_two_at_once_have_one(path: Path) -> None:
    """Whoever comes second takes the first one's."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(ensure_local_key, [path] * 8))

    assert len(list(path.parent.iterdir())) == 1
    assert read_local_key(path).access_key_id.startswith("HOISTLOCAL")


def test_no_two_are_alike(tmp_path: Path) -> None:
    """Each installation has its own."""
    keys = []
    for name in ("one", "other"):
        ensure_local_key(tmp_path / name)
        keys.append(read_local_key(tmp_path / name))

    assert keys[0].access_key_id != keys[1].access_key_id
    assert keys[0].secret_access_key.reveal() != keys[1].secret_access_key.reveal()


def test_the_secret_is_not_shown(path: Path) -> None:
    """Neither by the pair nor by an error about its file."""
    ensure_local_key(path)
    secret = read_local_key(path).secret_access_key.reveal()
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))

    with pytest.raises(LocalKeyError) as caught:
        read_local_key(path)

    assert secret not in f"{caught.value} {caught.value.__cause__}"
    assert "hoist local up" in caught.value.way_out


def test_one_that_others_may_read_is_not_used(path: Path) -> None:
    """They may have read it before it was made right."""
    ensure_local_key(path)
    path.chmod(0o640)

    with pytest.raises(LocalKeyError, match="may be read by others"):
        ensure_local_key(path)


def test_where_there_is_none(path: Path) -> None:
    """The error says which file is missing."""
    with pytest.raises(LocalKeyError, match="front-key"):
        read_local_key(path)


@given(content=st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b'{"format": 1}']))
def test_any_content_is_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """What is no key pair of ours is an error of ours."""
    path = tmp_path_factory.getbasetemp() / "a-key-file"
    path.touch(mode=0o600)
    path.write_bytes(content)

    with pytest.raises(LocalKeyError):
        read_local_key(path)
