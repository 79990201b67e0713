"""A resource type for tests of what all types do alike: things on a shelf, kept in memory."""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.fields import Field
from local.provider.aws.provider import AwsProvider
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, Operations, ResourceType
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties

SHELF_TYPE = "aws:shelf/thing:Thing"
_CONFIG = {"region": "us-east-1", "accessKey": "test", "secretKey": "test"}
_ENVIRONMENT = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}


class Shelf:
    """The things, by name, and what was applied to them; `jammed` makes every apply fail."""

    def __init__(self) -> None:
        self.things: dict[str, Properties] = {}
        self.applied: list[frozenset[str]] = []
        self.jammed = False

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        self.things[name] = {**inputs, "tags": {}, "note": None}
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if self.jammed:
            raise ResourceRefusedError("the shelf is jammed")
        self.applied.append(changed)
        self.things[resource_id].update({name: inputs.get(name) for name in changed})

    def read(self, resource_id: str) -> Properties | None:
        thing = self.things.get(resource_id)
        if thing is None:
            return None
        seen = {name: value for name, value in thing.items() if name != "deleteGently"}
        return {**seen, "place": f"shelf/{resource_id}", "color": thing.get("color") or "grey"}

    def delete(self, resource_id: str, inputs: Properties) -> None:
        self.things.pop(resource_id, None)

    def provider(self, **config: Any) -> AwsProvider:
        """A configured provider with this shelf's type and no other."""
        provider = AwsProvider("7.0.0", [self.type()], _ENVIRONMENT)
        provider.configure({**_CONFIG, **config})
        return provider

    def type(self) -> ResourceType:
        """Things as a resource type."""

        def operations(_clients: Clients) -> Operations:
            return self

        return ResourceType(
            token=SHELF_TYPE,
            operations=operations,
            inputs=(
                Input("name", replaces=True),
                Input("namePrefix", replaces=True),
                Input("material", replaces=True, allowed=("wood", "steel"), default="wood"),
                Input("color", computed=True),
                Input("label", form=Form.JSON_TEXT),
                Input("parts", default=[], form=Form.SET, fields=(Field("kind", "Kind"),)),
                Input("note", later=True),
                Input("deleteGently", default=False),
                REGION,
                TAGS,
            ),
            computed=("place",),
            naming=NamingRule(max_length=20),
            identity=("name",),
            derived={"place": "name"},
        )
