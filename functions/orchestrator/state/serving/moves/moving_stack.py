"""A stack on its way: its state, its tags, and the digest by which both sides are compared."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.state.checkpoint import decode_checkpoint, encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.exact_json import encode_json
from orchestrator.state.integrity import check_integrity
from orchestrator.state.names import StackName
from orchestrator.state.secrets_providers import SERVICE_TYPE


@dataclass(frozen=True, slots=True)
class MovingStack:
    """One stack as it was read."""

    name: StackName
    state: VersionedDeployment
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the state, whatever the order of fields and the packing of its file."""
        document: dict[str, Any] = {
            "version": self.state.version,
            "features": list(self.state.features),
            "deployment": self.state.deployment,
        }
        return hashlib.sha256(encode_json(document, sort_keys=True)).hexdigest()

    @property
    def resource_count(self) -> int:
        return len((self.state.deployment or {}).get("resources") or ())

    @property
    def checkpoint(self) -> bytes:
        """The file that is written for it."""
        return encode_checkpoint(self.name.qualified, self.state)


def read_moving(name: StackName, body: bytes, tags: Mapping[str, str]) -> MovingStack:
    """The stack in a checkpoint. Raises CorruptStateError for what could not be worked on."""
    return MovingStack(name, decode_checkpoint(body), tags)


def refuse_unusable(stack: MovingStack) -> None:
    """Raise CorruptStateError for a state that no engine would take, or no other backend open."""
    check_integrity(stack.state.deployment)
    provider = (stack.state.deployment or {}).get("secrets_providers") or {}
    if provider.get("type") == SERVICE_TYPE:
        raise CorruptStateError(
            f"the secrets of stack '{stack.name}' open only with a key of the backend it is in",
            way_out="there, run `pulumi stack change-secrets-provider passphrase` (or a cloud "
            "provider), then try again",
        )
