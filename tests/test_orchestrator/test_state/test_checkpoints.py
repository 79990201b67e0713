"""Checkpoints where Pulumi's S3 backend keeps them, in the shape that it takes."""

import json
from typing import Any

import pytest

from journals import deployment, resource
from orchestrator.state.checkpoints import (
    State,
    cloud_provider,
    read_state,
    refuse_twins,
    write_first_checkpoint,
)
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.records import SecretsProvider
from orchestrator.state.storage import Objects
from state_sites import DEV, Site, creation
from storages import NOON

PROVIDER = SecretsProvider("awskms://alias/k?region=eu-central-1", "a2V5")
KEY = ".pulumi/stacks/shop/dev.json"


@pytest.fixture
def objects() -> Objects:
    return Site().storage().objects


def write_first(objects: Objects, secrets: SecretsProvider | None = PROVIDER) -> None:
    write_first_checkpoint(objects, DEV, secrets=secrets, created_at=NOON)


def body_of(objects: Objects, key: str) -> bytes:
    found = objects.get(key)
    assert found is not None
    return found.body


def test_first_checkpoint(objects: Objects) -> None:
    """It has the fields of that backend, the wrapped data key, and a manifest of no engine."""
    write_first(objects)

    assert json.loads(body_of(objects, KEY)) == {
        "version": 3,
        "checkpoint": {
            "stack": "organization/shop/dev",
            "latest": {
                "manifest": {
                    "time": NOON.isoformat().replace("+00:00", "Z"),
                    "magic": "",
                    "version": "",
                },
                "secrets_providers": {
                    "type": "cloud",
                    "state": {"url": PROVIDER.url, "encryptedkey": "a2V5"},
                },
            },
        },
    }


def test_meta_file(objects: Objects) -> None:
    """The mark of the layout with project folders lies at the top."""
    write_first(objects)

    assert body_of(objects, ".pulumi/meta.yaml") == b"version: 1\n"


def test_first_checkpoint_replaces_nothing(objects: Objects) -> None:
    """A checkpoint and a mark that are there stay, byte for byte."""
    objects.put(KEY, b"theirs", if_etag=None)
    objects.put(".pulumi/meta.yaml", b"version: 1\nmore: 2\n", if_etag=None)

    write_first(objects)

    assert body_of(objects, KEY) == b"theirs"
    assert body_of(objects, ".pulumi/meta.yaml").endswith(b"more: 2\n")


def test_first_checkpoint_is_read_back(objects: Objects) -> None:
    """It is an empty state with the provider."""
    write_first(objects)

    state = read_state(objects, DEV)

    assert state.is_empty
    assert state.secrets == PROVIDER
    assert state.base.version_id


def test_no_checkpoint(objects: Objects) -> None:
    """A stack without a checkpoint has the empty state, and no base."""
    assert read_state(objects, DEV) == State()


def test_missing_version_is_no_empty_state(objects: Objects) -> None:
    """A version that is gone is an error: its resources would be forgotten."""
    write_first(objects)

    with pytest.raises(CorruptStateError, match="is gone"):
        read_state(objects, DEV, version_id="v999")


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_twin(objects: Objects, ending: str) -> None:
    """A compressed checkpoint beside the plain one, or alone, is refused by name."""
    objects.put(KEY + ending, b"x", if_etag=None)

    with pytest.raises(CorruptStateError, match=f"dev.json{ending}"):
        refuse_twins(objects, DEV)


@pytest.mark.parametrize("other", [".bak", ".gz.bak", "x"])
def test_no_twin(objects: Objects, other: str) -> None:
    """Backups that the bare CLI leaves are none."""
    write_first(objects)
    objects.put(KEY + other, b"x", if_etag=None)

    refuse_twins(objects, DEV)


@pytest.mark.parametrize(
    ("latest", "is_empty"),
    [
        ({}, True),
        ({"resources": None}, True),
        ({"resources": [], "pending_operations": []}, True),
        (deployment(resource("a")), False),
        ({"pending_operations": [{"type": "creating", "resource": resource("a")}]}, False),
    ],
)
def test_emptiness(latest: dict[str, object], is_empty: bool) -> None:
    """Resources and pending operations both count."""
    assert State(deployment=latest).is_empty is is_empty


def test_provider_of_a_deployment() -> None:
    """Only a cloud provider with both of its parts is one."""
    state = {"url": "u", "encryptedkey": "k"}
    assert cloud_provider({"secrets_providers": {"type": "cloud", "state": state}}) is not None
    others: list[Any] = [None, {}, [], {"type": "service", "state": state}, {"type": "cloud"}]
    for provider in others:
        assert cloud_provider({"secrets_providers": provider}) is None


def test_stack_whose_making_died_gets_its_checkpoint() -> None:
    """The first start puts what the making of the stack could not: layout mark and data key."""
    site = Site()
    site.service().stacks.create(DEV, tags={}, secrets=lambda _id: PROVIDER)
    for key in (KEY, ".pulumi/meta.yaml"):
        site.storage().objects.delete(key)

    site.client().open_update()

    assert read_state(site.storage().objects, DEV).secrets == PROVIDER
    assert body_of(site.storage().objects, ".pulumi/meta.yaml")


def test_published_checkpoint_names_its_stack() -> None:
    """What an update publishes is in the same place, under the same name."""
    site = Site()
    site.client_with_stack().run_update(*creation("a"))

    file = json.loads(body_of(site.storage().objects, KEY))

    assert (file["version"], file["checkpoint"]["stack"]) == (3, "organization/shop/dev")
    assert len(file["checkpoint"]["latest"]["resources"]) == 1
