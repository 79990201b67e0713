"""The lock object, as Pulumi's S3 backend writes and reads it."""

import json

import pytest

from orchestrator.state.errors import UpdateInProgressError
from orchestrator.state.locks import own_locks, release_lock, take_lock
from orchestrator.state.storage import Objects
from state_sites import DEV, HOLDER, Site
from storages import NOON

FOREIGN = ".pulumi/locks/organization/shop/dev/0b8e7f3c-aaaa-bbbb-cccc-000000000000.json"


@pytest.fixture
def objects() -> Objects:
    return Site().storage().objects


def taken(objects: Objects, update_id: str = "upd-1") -> list[str]:
    return list(take_lock(objects, DEV, update_id, holder=HOLDER, now=NOON))


def test_lock_is_where_that_backend_looks(objects: Objects) -> None:
    """The key and the fields are those of Pulumi's own locks."""
    assert taken(objects) == []

    (key,) = [found.key for found in objects.list(".pulumi/locks/")]
    assert key == ".pulumi/locks/organization/shop/dev/upd-1.json"
    found = objects.get(key)
    assert found is not None
    assert json.loads(found.body) == {
        "pid": 4711,
        "username": "hoist",
        "hostname": "laptop",
        "timestamp": NOON.isoformat(),
    }


def test_lock_is_taken_again(objects: Objects) -> None:
    """An earlier try whose answer was lost is no obstacle."""
    assert taken(objects) == []
    assert taken(objects) == []


def test_own_older_locks_are_told(objects: Objects) -> None:
    """Locks of our dead updates do not hold up anybody; the caller removes them."""
    taken(objects, "upd-1")

    assert taken(objects, "upd-2") == [DEV.lock_key("upd-1")]


@pytest.mark.parametrize(
    ("body", "who"),
    [
        (
            b'{"pid":7,"username":"ann","hostname":"desk","timestamp":"2026-01-01T00:00:00Z"}',
            "locked by ann@desk (process 7) since 2026-01-01T00:00:00Z",
        ),
        (b"{", "locked by somebody@an unknown host (process unknown) since an unknown time"),
        (b"[1]", "locked by somebody@an unknown host"),
        (b"\xff\xfe", "locked by somebody@an unknown host"),
    ],
)
def test_foreign_lock(objects: Objects, body: bytes, who: str) -> None:
    """Under somebody else's lock nothing starts; whose it is, is said as far as it can be read."""
    objects.put(FOREIGN, body, if_etag=None)

    with pytest.raises(UpdateInProgressError) as raised:
        taken(objects)

    assert who in raised.value.message
    assert FOREIGN in raised.value.way_out


def test_lock_of_a_namesake(objects: Objects) -> None:
    """A lock of a stack whose name begins like ours is not in our way."""
    objects.put(".pulumi/locks/organization/shop/dev2/x.json", b"{}", if_etag=None)

    assert own_locks(objects, DEV) == []


def test_release(objects: Objects) -> None:
    """Releasing removes that update's lock, and does nothing when it is gone."""
    taken(objects, "upd-1")
    taken(objects, "upd-2")

    release_lock(objects, DEV, "upd-1")
    release_lock(objects, DEV, "upd-1")

    assert own_locks(objects, DEV) == [DEV.lock_key("upd-2")]


def test_start_under_a_foreign_lock() -> None:
    """A start is refused, leaves nothing behind, and goes through once the lock is gone."""
    site = Site()
    client = site.client_with_stack()
    update = client.create_update()
    site.storage().objects.put(FOREIGN, b'{"username":"ann","hostname":"desk"}', if_etag=None)

    reply = update.start()

    assert reply.status == 409
    assert "ann@desk" in reply.message
    assert site.lock_keys() == [FOREIGN]
    assert client.show_stack().document["version"] == 0
    site.storage().objects.delete(FOREIGN)
    assert update.start().is_ok


def test_deletion_under_a_foreign_lock() -> None:
    """A stack that somebody works on through the bucket is not deleted."""
    site = Site()
    client = site.client_with_stack()
    site.storage().objects.put(FOREIGN, b"{}", if_etag=None)

    assert client.delete_stack(force=True).status == 409
    assert client.export().is_ok


def test_stale_locks_are_cleaned() -> None:
    """What dead updates of ours left is gone with the next start."""
    site = Site()
    client = site.client_with_stack()
    take_lock(site.storage().objects, DEV, "upd-dead", holder=HOLDER, now=NOON)

    update = client.open_update()

    assert site.lock_keys() == [DEV.lock_key(update.id)]


def test_deletion_cleans_stale_locks() -> None:
    """Nor does a deleted stack leave any."""
    site = Site()
    client = site.client_with_stack()
    take_lock(site.storage().objects, DEV, "upd-dead", holder=HOLDER, now=NOON)

    assert client.delete_stack().is_ok
    assert site.lock_keys() == []
