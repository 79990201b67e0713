"""Stacks of a bare CLI become stacks of Hoist, once, whole, and without a change."""

import gzip
import json
from contextlib import suppress

import pytest

from hoist.clock import FixedClock
from orchestrator.state.checkpoints import read_state
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.names import META_KEY
from orchestrator.state.serving.errors import StackDiffersError
from orchestrator.state.serving.moves.backend import BareBackend
from orchestrator.state.serving.moves.importing import Intake
from orchestrator.state.serving.moves.moved import MoveOutcome
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.stores.memory import in_memory_storage
from serving_files import DEV, PROD, InMemoryFiles, checkpoint
from storages import NOON
from watched_storage import Died, Killer, Moment, watched

CLOCK = FixedClock(NOON)


def intake(files: InMemoryFiles, storage: Storage) -> Intake:
    return Intake(BareBackend(files, zstd=None), storage, zstd=None, clock=CLOCK)


def test_a_stack_is_taken_in() -> None:
    """It has its resources, its tags and its digest, and can be worked on."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.put_stack(DEV, "a", "b")
    files.put_tags(DEV, {"team": "red"})
    before = dict(files.bodies)

    moved = intake(files, storage).take(DEV)

    assert (moved.outcome, moved.resource_count) == (MoveOutcome.MOVED, 2)
    stack = Stacks(storage, clock=CLOCK).require(DEV)
    assert (stack.tags, stack.version) == ({"team": "red"}, 0)
    state = read_state(storage.objects, DEV)
    assert [each["id"] for each in state.resources] == ["id-a", "id-b"]
    assert storage.objects.get(META_KEY)
    assert files.bodies == before


def test_the_data_key_of_a_cloud_provider_is_adopted() -> None:
    """What its secrets are encrypted with stays what it was."""
    files, storage = InMemoryFiles(), in_memory_storage()
    cloud = {"type": "cloud", "state": {"url": "awskms://alias/x", "encryptedkey": "a2V5"}}
    files.put_stack(DEV, "a", secrets_providers=cloud)

    intake(files, storage).take(DEV)

    secrets = Stacks(storage, clock=CLOCK).require(DEV).secrets
    assert secrets
    assert secrets.as_state() == cloud


def test_a_dry_run_writes_nothing() -> None:
    """It says what would be done, and refuses what would be refused."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.put_stack(DEV, "a")

    moved = intake(files, storage).take(DEV, is_dry_run=True)

    assert moved.outcome is MoveOutcome.WOULD_MOVE
    assert list(storage.objects.list("")) == []
    assert Stacks(storage, clock=CLOCK).find(DEV) is None


def test_a_second_time_changes_nothing() -> None:
    """What was taken in is known by its digest."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.put_stack(DEV, "a")
    first = intake(files, storage).take(DEV)
    written = list(storage.objects.list(""))

    again = intake(files, storage).take(DEV)

    assert (again.outcome, again.digest) == (MoveOutcome.UNCHANGED, first.digest)
    assert list(storage.objects.list("")) == written


def test_another_stack_of_that_name_stays() -> None:
    """What is here is never overwritten."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.put_stack(DEV, "a")
    intake(files, storage).take(DEV)
    files.put_stack(DEV, "a", "b")

    with pytest.raises(StackDiffersError):
        intake(files, storage).take(DEV)

    assert len(read_state(storage.objects, DEV).resources) == 1


@pytest.mark.parametrize("moment", list(Moment))
def test_what_was_interrupted_goes_on(moment: Moment) -> None:
    """Whatever the last thing was that it did, running it again takes the stack in, once."""
    for at_call in range(1, 100):
        files, storage = InMemoryFiles(), in_memory_storage()
        files.put_stack(DEV, "a")
        killer = Killer(at_call=at_call, moment=moment)
        with suppress(Died):
            intake(files, watched(storage, killer)).take(DEV)

        again = intake(files, storage).take(DEV)

        assert again.outcome in (MoveOutcome.MOVED, MoveOutcome.UNCHANGED)
        assert intake(files, storage).take(DEV).outcome is MoveOutcome.UNCHANGED
        assert len(read_state(storage.objects, DEV).resources) == 1
        if not killer.has_struck:
            break
    assert at_call > 5


def test_a_stack_is_taken_in_where_it_is() -> None:
    """In Hoist's own place its file stays as it is; a packed one makes way for a plain one."""
    storage = in_memory_storage()
    plain, packed = checkpoint(DEV, "a"), gzip.compress(checkpoint(PROD, "b"))
    storage.objects.put(DEV.checkpoint_key, plain, if_etag=None)
    storage.objects.put(PROD.checkpoint_key + ".gz", packed, if_etag=None)
    files = InMemoryFiles({DEV.checkpoint_key: plain, PROD.checkpoint_key + ".gz": packed})

    for name in (DEV, PROD):
        assert intake(files, storage).take(name).outcome is MoveOutcome.MOVED

    assert storage.objects.get(DEV.checkpoint_key).body == plain  # type: ignore[union-attr]
    present = [found.key for found in storage.objects.list(".pulumi/stacks/")]
    assert present == [DEV.checkpoint_key, PROD.checkpoint_key]
    assert len(read_state(storage.objects, PROD).resources) == 1


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_older_schemas_become_the_present_one(version: int) -> None:
    """Checkpoints of all versions that a CLI ever wrote are taken in."""
    files, storage = InMemoryFiles(), in_memory_storage()
    document = json.loads(checkpoint(DEV, "a"))
    files.bodies[DEV.checkpoint_key] = json.dumps({**document, "version": version}).encode()

    intake(files, storage).take(DEV)

    assert read_state(storage.objects, DEV).version == max(version, 3)


def test_a_newer_schema_is_refused() -> None:
    """A state that Hoist does not know is not taken in, and the way out is told."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.bodies[DEV.checkpoint_key] = b'{"version": 5, "checkpoint": {"latest": {}}}'

    with pytest.raises(CorruptStateError, match="version 5") as refused:
        intake(files, storage).take(DEV)

    assert refused.value.way_out


def test_what_the_engine_would_refuse_is_not_taken_in() -> None:
    """A state whose references are broken would fail at the next command."""
    files, storage = InMemoryFiles(), in_memory_storage()
    files.put_stack(DEV, "a", "a")

    with pytest.raises(CorruptStateError, match="the engine would refuse"):
        intake(files, storage).take(DEV)


def test_keys_of_another_backend_are_refused() -> None:
    """Secrets that only that backend opens would be lost: the way out is told."""
    files, storage = InMemoryFiles(), in_memory_storage()
    state = {"url": "https://service.example", "owner": "o", "project": "shop", "stack": "dev"}
    files.put_stack(DEV, "a", secrets_providers={"type": "service", "state": state})

    with pytest.raises(CorruptStateError, match="the backend it is in") as refused:
        intake(files, storage).take(DEV)

    assert "change-secrets-provider" in refused.value.way_out
