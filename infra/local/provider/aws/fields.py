"""Nested properties: what a field is called in Pulumi and in AWS, both ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a nested property, or of each item of a list of them."""

    name: str
    aws_name: str
    fields: tuple["Field", ...] = ()


def to_aws(fields: tuple[Field, ...], value: Any) -> Any:
    """The value with AWS's names; what is null is left out."""
    if isinstance(value, list):
        return [to_aws(fields, item) for item in value]
    if not fields or not isinstance(value, dict):
        return value
    return {
        field.aws_name: to_aws(field.fields, value[field.name])
        for field in fields
        if value.get(field.name) is not None
    }


def from_aws(fields: tuple[Field, ...], value: Any) -> Any:
    """The value with Pulumi's names; what these fields do not name is left out."""
    if isinstance(value, list):
        return [from_aws(fields, item) for item in value]
    if not fields or not isinstance(value, dict):
        return value
    return {
        field.name: from_aws(field.fields, value[field.aws_name])
        for field in fields
        if value.get(field.aws_name) is not None
    }


def stray_names(fields: tuple[Field, ...], value: Any, path: str) -> Iterator[str]:
    """The paths of what is in the value and not among the fields."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from stray_names(fields, item, f"{path}[{index}]")
    elif fields and isinstance(value, dict):
        known = {field.name: field.fields for field in fields}
        for name, inner in value.items():
            if name not in known:
                yield f"{path}.{name}"
            else:
                yield from stray_names(known[name], inner, f"{path}.{name}")


def without_nulls(value: Any) -> Any:
    """The value without the fields that are null, at every depth."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value
