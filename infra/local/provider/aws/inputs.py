"""Judging and completing a resource's inputs, before anything is planned."""

import json
from collections.abc import Iterator
from typing import Any

from local.provider.aws.fields import stray_names
from local.provider.aws.resource_type import Form, Input, ResourceType
from local.provider.naming import NOTE, with_name
from local.provider.provider import Checked, CheckFailure, NamingWish, Resource
from local.provider.values import (
    UNKNOWN,
    Properties,
    SecretValue,
    contains_secret,
    contains_unknown,
    reveal,
)


def check_inputs(
    kind: ResourceType,
    resource: Resource,
    *,
    old: Properties,
    new: Properties,
    naming: NamingWish,
    region: str,
) -> Checked:
    """The inputs as they will be kept: documents as texts, a name if there was none."""
    inputs = {name: value for name, value in new.items() if value is not None and name != NOTE}
    failures = list(_failures(kind, inputs, region))
    inputs = {name: _kept(kind.input(name), value) for name, value in inputs.items()}
    if kind.naming is not None and not failures:
        inputs, failure = with_name(
            kind.naming, inputs, resource_name=resource.name, old=old, wish=naming
        )
        failures += [failure] if failure else []
    return Checked(inputs, tuple(failures))


def _failures(kind: ResourceType, inputs: Properties, region: str) -> Iterator[CheckFailure]:
    for name, value in inputs.items():
        known = kind.input(name)
        if known is None:
            yield CheckFailure(name, _not_known(kind, name))
        else:
            yield from _value_failures(kind, known, reveal(value))
    for each in kind.inputs:
        if each.required and each.name not in inputs:
            yield CheckFailure(each.name, f"{each.name} is required")
    if kind.input("region") and reveal(inputs.get("region")) not in (None, UNKNOWN, region):
        yield CheckFailure("region", f"the emulator's provider works in one region, {region}")


def _value_failures(kind: ResourceType, known: Input, value: Any) -> Iterator[CheckFailure]:
    for path in stray_names(known.fields, value, known.name):
        yield CheckFailure(known.name, _not_known(kind, path))
    if known.allowed and value is not UNKNOWN and value not in known.allowed:
        choices = ", ".join(map(str, known.allowed))
        yield CheckFailure(known.name, f"{known.name} must be one of: {choices}; it is {value}")


def _not_known(kind: ResourceType, path: str) -> str:
    knows = ", ".join(sorted(each.name for each in kind.inputs))
    return (
        f"this provider is for the emulator and does not know {path} of {kind.token}"
        f" (it knows {knows}); leave it out, or deploy with the real aws plugin"
    )


def _kept(known: Input | None, value: Any) -> Any:
    """A document that the program gave as an object is kept as its text."""
    if known is None or known.form is not Form.JSON_TEXT or isinstance(reveal(value), str):
        return value
    if contains_unknown(value):
        return UNKNOWN
    text = json.dumps(reveal(value))
    return SecretValue(text) if contains_secret(value) else text
