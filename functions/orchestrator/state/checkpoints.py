"""Reading and writing a stack's checkpoint in the place where Pulumi's S3 backend keeps it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.state.checkpoint import decode_checkpoint, encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import CorruptStateError, ObjectChangedError
from orchestrator.state.manifest import new_manifest
from orchestrator.state.names import META_BODY, META_KEY, StackName
from orchestrator.state.records import Base, SecretsProvider
from orchestrator.state.schema_upgrades import PLAIN_VERSION
from orchestrator.state.storage import Objects, StoredObject


@dataclass(frozen=True, slots=True)
class State:
    """A stack's state as it stands in one version of its checkpoint."""

    base: Base = Base()
    version: int = PLAIN_VERSION
    features: tuple[str, ...] = ()
    deployment: Mapping[str, Any] | None = None

    @property
    def resources(self) -> list[Mapping[str, Any]]:
        return list((self.deployment or {}).get("resources") or ())

    @property
    def pending_operations(self) -> list[Mapping[str, Any]]:
        return list((self.deployment or {}).get("pending_operations") or ())

    @property
    def is_empty(self) -> bool:
        """Pending operations count: what they left in the cloud would be forgotten."""
        return not self.resources and not self.pending_operations

    @property
    def secrets(self) -> SecretsProvider | None:
        """The cloud secrets provider that it names, if it names one."""
        return cloud_provider(self.deployment or {})


def cloud_provider(deployment: Mapping[str, Any]) -> SecretsProvider | None:
    """The cloud secrets provider of a deployment; None if it has none, or one of another type."""
    match deployment.get("secrets_providers"):
        case {"type": "cloud", "state": {"url": str(url), "encryptedkey": str(encrypted_key)}}:
            return SecretsProvider(url, encrypted_key)
    return None


def read_state(objects: Objects, name: StackName, *, version_id: str = "") -> State:
    """The present checkpoint, or the named version of it; an empty State if there is none.

    Raises CorruptStateError if it cannot be read, or if the named version is gone: to take that
    for an empty state would forget all resources.
    """
    found = objects.get(name.checkpoint_key, version_id=version_id)
    if found is None and version_id:
        raise CorruptStateError(
            f"version {version_id} of {name.checkpoint_key} is gone",
            way_out="restore it; versions that a stack's history names must be kept",
        )
    return State() if found is None else state_in(found)


def state_in(found: StoredObject) -> State:
    """The state in a checkpoint, wherever it is kept; raises CorruptStateError."""
    decoded = decode_checkpoint(found.body)
    return State(
        Base(found.etag, found.version_id), decoded.version, decoded.features, decoded.deployment
    )


def refuse_twins(objects: Objects, name: StackName) -> None:
    """Raise CorruptStateError if a bare CLI left a compressed checkpoint beside the plain one.

    The newer of them would be the truth for that CLI; which one is meant, only a person can say.
    """
    twins = set(name.checkpoint_keys[1:])
    for present in objects.list(name.checkpoint_key):
        if present.key in twins:
            raise CorruptStateError(
                f"there is a compressed checkpoint beside the plain one: {present.key}",
                way_out=f"keep the one that is right as {name.checkpoint_key} and remove the other",
            )


def write_first_checkpoint(
    objects: Objects,
    name: StackName,
    *,
    secrets: SecretsProvider | None,
    created_at: datetime,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Put the checkpoint of a stack that nothing was deployed to; one that is there stays.

    It carries the wrapped data key. Without one that its maker has `given`, no engine has had a
    hand in it: its manifest has no version.
    """
    deployment: dict[str, Any] = dict(given or {"manifest": new_manifest(created_at, "")})
    if secrets:
        deployment["secrets_providers"] = secrets.as_state()
    body = encode_checkpoint(name.qualified, VersionedDeployment(PLAIN_VERSION, (), deployment))
    for key, content in ((META_KEY, META_BODY), (name.checkpoint_key, body)):
        with contextlib.suppress(ObjectChangedError):
            objects.put(key, content, if_etag=None)
