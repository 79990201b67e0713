"""The name of a resource: `urn:pulumi:<stack>::<project>::<qualified type>::<name>`."""

from dataclasses import dataclass, replace
from typing import Self

PREFIX = "urn:pulumi:"
ROOT_STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Urn:
    """A URN in its parts. `qualified_type` has the types of the parents, joined by `$`."""

    stack: str
    project: str
    qualified_type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError unless `is_urn(text)`."""
        if not is_urn(text):
            raise ValueError("not a URN")
        return cls(*text.removeprefix(PREFIX).split("::", 3))

    @property
    def type(self) -> str:
        """The resource's own type, without those of its parents."""
        return self.qualified_type.rpartition("$")[2]

    def under(self, parent: "Urn") -> "Urn":
        """The same resource as a child of `parent`; the stack itself adds no type."""
        if parent.qualified_type == ROOT_STACK_TYPE:
            return replace(self, qualified_type=self.type)
        return replace(self, qualified_type=f"{parent.qualified_type}${self.type}")

    def __str__(self) -> str:
        return f"{PREFIX}{self.stack}::{self.project}::{self.qualified_type}::{self.name}"


def is_urn(text: str) -> bool:
    """Whether the text has the four parts of a URN."""
    return text.startswith(PREFIX) and text.count("::") >= 3
