"""Backends of a bare CLI for tests, and checkpoints in them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from journals import deployment, resource
from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.names import META_BODY, META_KEY, StackName
from orchestrator.state.serving.moves.backend import tags_key

DEV = StackName("shop", "dev")
PROD = StackName("shop", "prod")


@dataclass(slots=True)
class InMemoryFiles:
    """Implements BackendFiles."""

    bodies: dict[str, bytes] = field(default_factory=dict)

    def read(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    def write_new(self, key: str, body: bytes) -> None:
        if key in self.bodies:
            raise ObjectChangedError(f"{key} is there already")
        self.bodies[key] = body

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.bodies if key.startswith(prefix))

    def put_stack(
        self,
        name: StackName = DEV,
        *names_of_resources: str,
        ending: str = "",
        **fields: Any,
    ) -> None:
        """Put a stack with these resources there, as the CLI does."""
        self.bodies.setdefault(META_KEY, META_BODY)
        self.bodies[name.checkpoint_key + ending] = checkpoint(name, *names_of_resources, **fields)

    def put_tags(self, name: StackName, tags: Mapping[str, str]) -> None:
        self.bodies[tags_key(name)] = json.dumps({"version": 1, "tags": tags}).encode()

    def put_lock(self, name: StackName) -> None:
        lock = {"username": "ann", "hostname": "laptop", "timestamp": "2026-11-24T10:00:00Z"}
        self.bodies[f"{name.lock_prefix}1234.json"] = json.dumps(lock).encode()


def checkpoint(name: StackName, *names_of_resources: str, **fields: Any) -> bytes:
    """A stack's file, indented as the CLI can be told to write it."""
    latest = deployment(*(resource(each) for each in names_of_resources), **fields)
    document = {"version": 3, "checkpoint": {"stack": name.qualified, "latest": latest}}
    return json.dumps(document, indent=4).encode()
