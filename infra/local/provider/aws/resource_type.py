"""How a resource type is described: its inputs, its computed outputs, its calls to the cloud."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from local.provider.aws.clients import Clients
from local.provider.aws.fields import Field, without_nulls
from local.provider.difference import Difference, difference
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties, reveal


class Form(Enum):
    """What makes two values of an input the same."""

    PLAIN = "plain"
    JSON_TEXT = "json_text"  # a document: its spelling does not matter
    SET = "set"  # a list: its order does not matter


@dataclass(frozen=True, slots=True)
class Input:
    """One input; see the AWS documentation of pulumi-aws for what it means.

    `default` is what the cloud has when the program says nothing; `computed`, that the cloud
    decides then. A change of one that `replaces` makes a new resource. One that is `later` is not
    part of the creating call and set right after it.
    """

    name: str
    required: bool = False
    replaces: bool = False
    later: bool = False
    computed: bool = False
    default: Any = None
    allowed: tuple[Any, ...] = ()
    form: Form = Form.PLAIN
    fields: tuple[Field, ...] = ()
    tidy: Callable[[Any], Any] = without_nulls

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same to the cloud."""
        return bool(self._meaning(one) == self._meaning(other))

    def _meaning(self, value: Any) -> Any:
        value = self.default if value is None else self.tidy(value)
        if self.form is Form.JSON_TEXT and isinstance(value, str):
            return _document(value)
        if self.form is Form.SET and isinstance(value, list):
            return sorted(json.dumps(item, sort_keys=True, default=str) for item in value)
        return value


class Operations(Protocol):
    """A type's calls to the cloud; inputs are plain values, with the defaults filled in.

    An error of botocore may come out of any of them. The id of a type that is `within` another
    resource comes in front of it here: `<that one>/<id>`.
    """

    def create(self, inputs: Properties) -> str:
        """Make it and return its id; refuse to take over one that is there."""
        ...

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        """Set the named inputs on what exists."""
        ...

    def read(self, resource_id: str) -> Properties | None:
        """Its inputs and computed outputs as they are, as far as the cloud tells; None if gone."""
        ...

    def delete(self, resource_id: str, inputs: Properties) -> None:
        """Remove it; one that is gone already is a success."""
        ...


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of pulumi-aws as far as this provider knows it."""

    token: str
    inputs: tuple[Input, ...]
    operations: Callable[[Clients], Operations]
    computed: tuple[str, ...] = ()
    naming: NamingRule | None = None
    # The inputs that together are its address in the cloud: two with the same cannot exist.
    identity: tuple[str, ...] = ()
    # Outputs that show what an input holds: secret when it is, and unknown when it will change.
    derived: Mapping[str, str] = field(default_factory=dict)
    # Of an id that says something only inside another resource: the input that names that one.
    within: str = ""

    def input(self, name: str) -> Input | None:
        """The input of that name, if there is one."""
        return next((each for each in self.inputs if each.name == name), None)

    @property
    def replacing(self) -> frozenset[str]:
        """The inputs whose change makes a new resource."""
        return frozenset(each.name for each in self.inputs if each.replaces)

    def address(self, resource_id: str, known: Properties) -> str:
        """What the operations call it; an import gives it as its id, having nothing else.

        Raises ResourceRefusedError when the id alone does not tell.
        """
        if not self.within or "/" in resource_id:
            return resource_id
        place = reveal(known.get(self.within))
        if not place:
            raise ResourceRefusedError(
                f"{resource_id} alone does not say which {self.token} it is",
                way_out=f"write it as {self.within}/id",
            )
        return f"{place}/{resource_id}"

    def id_of(self, address: str) -> str:
        """What the engine calls what has this address."""
        return address.rpartition("/")[2] if self.within else address

    @property
    def has_tags(self) -> bool:
        """Whether it carries tags."""
        return self.input("tags") is not None

    def difference(self, old: Properties, outputs: Properties, new: Properties) -> Difference:
        """What changed; an input that the cloud decided was what the outputs say."""
        decided = {
            each.name: outputs[each.name]
            for each in self.inputs
            if each.computed and each.name in outputs
        }
        return difference({**decided, **old}, new, replacing=self.replacing, same=self._same)

    def _same(self, name: str, old: Any, new: Any) -> bool:
        known = self.input(name)
        if known is None:
            return bool(old == new)
        return (new is None and known.computed) or known.same(old, new)


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


REGION = Input("region", replaces=True, computed=True)
TAGS = Input("tags", default={}, later=True)
