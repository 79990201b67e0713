"""The plugin `probe`: one resource type, `probe:index:Item`.

Inputs: name, value, size, payload (all echoed as outputs), token (secret or not, echoed) and

    failCreate, failUpdate, failDelete   fail with this message, nothing done
    failAfterCreate                      create it, then fail to finish it with this message
    waitFor, waitForUpdate, waitForDelete
                                         once begun, wait until this file exists
    replaceKey                           a change makes a new item, the old one is deleted after
    deleteBeforeReplace                  ... or before

Outputs besides the echoed: serial (new with every create), secret (always secret).
"""

import uuid
from pathlib import Path
from typing import Any

from hoist.clock import Clock, SystemClock
from local.provider.difference import Difference, difference
from local.provider.errors import (
    ConfigRefusedError,
    InitializationError,
    OutcomeUnknownError,
    ResourceRefusedError,
    ResourceTypeUnknownError,
)
from local.provider.provider import Checked, CheckFailure, Created, Found, NamingWish, Resource
from local.provider.values import UNKNOWN, Properties, SecretValue, keep_secrets, reveal
from probe_provider.world import World

ITEM = "probe:index:Item"
# A test that forgets to release an item must fail by its own words, not hang.
MAX_WAIT_SECONDS = 60.0
POLL_SECONDS = 0.02

_INPUTS = frozenset(
    {
        *("name", "value", "size", "payload", "token"),
        *("failCreate", "failUpdate", "failDelete", "failAfterCreate"),
        *("waitFor", "waitForUpdate", "waitForDelete"),
        *("replaceKey", "deleteBeforeReplace"),
    }
)
_REPLACING = frozenset({"name", "replaceKey"})
# How an item behaves is not what it is: changing it alone would make updates nobody meant.
_BEHAVIOUR = frozenset(name for name in _INPUTS if name.startswith(("fail", "waitFor")))


class ProbeProvider:
    """Items as files in a world."""

    name = "probe"

    def __init__(self, version: str, clock: Clock) -> None:
        self.version = version
        self._clock = clock
        self._configured: World | None = None

    def check_config(self, config: Properties) -> Checked:
        """Needs `world`, the path of a folder."""
        if reveal(config.get("world")):
            return Checked(config)
        reason = "set the stack's config probe:world to a folder for the items"
        return Checked(config, (CheckFailure("world", reason),))

    def configure(self, config: Properties) -> None:
        """Open the world."""
        world = reveal(config.get("world"))
        if not isinstance(world, str):
            raise ConfigRefusedError(
                "the probe has no world", way_out="set probe:world to a folder"
            )
        self._configured = World(Path(world))

    def check(
        self, resource: Resource, *, old: Properties, new: Properties, naming: NamingWish
    ) -> Checked:
        """Refuses inputs that an item does not have; the resource's name is the default name."""
        _require_item(resource.type)
        failures = [
            CheckFailure(name, f"an item has no input {name}")
            for name in sorted(new.keys() - _INPUTS)
        ]
        return Checked({"name": resource.name, **new}, tuple(failures))

    def diff(
        self, resource: Resource, *, old: Properties, outputs: Properties, new: Properties
    ) -> Difference:
        """Compares what an item is; how it behaves makes no difference."""
        found = difference(_without_behaviour(old), _without_behaviour(new), replacing=_REPLACING)
        return Difference(
            changes=found.changes,
            replaces=found.replaces,
            delete_before_replace=bool(found.replaces and reveal(new.get("deleteBeforeReplace"))),
        )

    def create(self, resource: Resource, inputs: Properties, *, preview: bool) -> Created:
        """A new file with a new id, after waiting or failing as asked."""
        if preview:
            return Created("", {**inputs, "serial": UNKNOWN, "secret": UNKNOWN})
        plain = reveal(inputs)
        self._begin(plain, "create", plain.get("waitFor"))
        resource_id = f"{plain['name']}-{uuid.uuid4().hex}"
        item = {**plain, "serial": uuid.uuid4().hex, "secret": uuid.uuid4().hex}
        self._world.put(resource_id, item)
        self._world.record("create", resource_id, plain["name"])
        outputs = _outputs(item, inputs)
        if message := plain.get("failAfterCreate"):
            raise InitializationError(message, resource_id=resource_id, properties=outputs)
        return Created(resource_id, outputs)

    def read(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> Found | None:
        """The file as it is now."""
        _require_item(resource.type)
        item = self._world.get(resource.id)
        if item is None:
            return None
        live = {name: item[name] for name in _INPUTS & item.keys()}
        return Found(resource.id, _outputs(item, outputs), keep_secrets(live, like=inputs))

    def update(
        self,
        resource: Resource,
        *,
        old: Properties,
        outputs: Properties,
        new: Properties,
        preview: bool,
    ) -> Properties:
        """Rewrite the file; serial and secret stay."""
        kept = {name: outputs.get(name, UNKNOWN) for name in ("serial", "secret")}
        if preview:
            return {**new, **kept}
        plain = reveal(new)
        self._begin(plain, "update", plain.get("waitForUpdate"))
        item = {**plain, **reveal(kept)}
        self._world.put(resource.id, item)
        self._world.record("update", resource.id, plain["name"])
        return _outputs(item, new)

    def delete(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> None:
        """Remove the file."""
        plain = reveal(inputs)
        self._begin(plain, "delete", plain.get("waitForDelete"))
        self._world.remove(resource.id)
        self._world.record("delete", resource.id, plain.get("name", resource.name))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """There are no functions."""
        raise ResourceTypeUnknownError(f"the probe has no function {token}")

    @property
    def _world(self) -> World:
        if self._configured is None:
            raise ConfigRefusedError("the probe was not configured")
        return self._configured

    def _begin(self, item: Properties, operation: str, release: str | None) -> None:
        self._world.mark_started(item["name"])
        if release:
            self._wait_for(Path(release), operation, item["name"])
        if message := item.get(f"fail{operation.capitalize()}"):
            raise ResourceRefusedError(message)

    def _wait_for(self, release: Path, operation: str, name: str) -> None:
        deadline = self._clock.monotonic() + MAX_WAIT_SECONDS
        while not release.exists():
            if self._clock.monotonic() > deadline:
                raise OutcomeUnknownError(f"{operation} of {name}: nobody made {release}")
            self._clock.sleep(POLL_SECONDS)


def make_provider(version: str) -> ProbeProvider:
    """The provider, for the plugin process."""
    return ProbeProvider(version, SystemClock())


def _require_item(resource_type: str) -> None:
    if resource_type != ITEM:
        raise ResourceTypeUnknownError(f"the probe knows {ITEM} only, not {resource_type}")


def _without_behaviour(inputs: Properties) -> Properties:
    return {name: value for name, value in inputs.items() if name not in _BEHAVIOUR}


def _outputs(item: dict[str, Any], like: Properties) -> Properties:
    outputs = keep_secrets(dict(item), like=like)
    return {**outputs, "secret": SecretValue(item["secret"])}
