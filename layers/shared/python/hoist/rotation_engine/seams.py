"""What the engine needs of others."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Handler = Callable[[Mapping[str, str], object], object]
"""A rotation function: called with Secrets Manager's event and a context, which is None."""

Listener = Callable[[Mapping[str, Any]], None]
"""Hears each event, in the shape in which EventBridge delivers it."""


class EngineClient(Protocol):
    """The operations of a Secrets Manager client that the engine uses."""

    def describe_secret(self, *args: Any, **request: Any) -> Any: ...

    def update_secret_version_stage(self, *args: Any, **request: Any) -> Any: ...

    def list_secret_version_ids(self, *args: Any, **request: Any) -> Any: ...

    def cancel_rotate_secret(self, *args: Any, **request: Any) -> Any: ...


class Placeholders(Protocol):
    """The one thing that a store must do for a rotation and no operation of the service offers."""

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        """Attach AWSPENDING to a new version without a value, taking it from whoever has it."""
        ...
