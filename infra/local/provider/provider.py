"""What a plugin does, free of the wire: the servicer turns the engine's calls into these."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from local.provider.difference import Difference
from local.provider.values import Properties


@dataclass(frozen=True, slots=True)
class Resource:
    """Which resource a call is about; `id` is empty before it exists."""

    type: str
    name: str
    urn: str
    id: str = ""


class NamingMode(Enum):
    """What the user's `pulumi:autonaming` setting asks for; PROPOSE without a name is no wish."""

    PROPOSE = 0
    ENFORCE = 1
    DISABLE = 2


@dataclass(frozen=True, slots=True)
class NamingWish:
    """What a generated name is made from."""

    seed: bytes = b""
    proposed: str = ""
    mode: NamingMode = NamingMode.PROPOSE


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """One input that cannot be used, and why."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs with what the provider adds to them, or the reasons against them."""

    inputs: Properties
    failures: tuple[CheckFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class Created:
    """A new resource; in a preview it has no id."""

    id: str
    outputs: Properties


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as it is in the cloud now."""

    id: str
    outputs: Properties
    inputs: Properties = field(default_factory=dict)


class Provider(Protocol):
    """A package of resource types.

    Properties hold `UNKNOWN` and `SecretValue` markers wherever the engine knows them. Calls come
    from several threads at once. A failure is a HoistError; see errors.py for what each means.
    """

    name: str
    version: str

    def check_config(self, config: Properties) -> Checked:
        """The provider's own configuration, before it is used."""
        ...

    def configure(self, config: Properties) -> None:
        """Take the configuration; called once, before any call below, unless it is unknown."""
        ...

    def check(
        self, resource: Resource, *, old: Properties, new: Properties, naming: NamingWish
    ) -> Checked:
        """Complete and judge the inputs; `old` is empty for a resource that is new or replaced."""
        ...

    def diff(
        self, resource: Resource, *, old: Properties, outputs: Properties, new: Properties
    ) -> Difference:
        """What has to happen to get from the old inputs to the new."""
        ...

    def create(self, resource: Resource, inputs: Properties, *, preview: bool) -> Created:
        """Make it; a preview only says what is known of it."""
        ...

    def read(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> Found | None:
        """As it is now; None when it is gone. Without inputs and outputs it is an import."""
        ...

    def update(
        self,
        resource: Resource,
        *,
        old: Properties,
        outputs: Properties,
        new: Properties,
        preview: bool,
    ) -> Properties:
        """Change it in place; returns its outputs."""
        ...

    def delete(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> None:
        """Remove it; one that is gone already is a success."""
        ...

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Call a function of the package."""
        ...
