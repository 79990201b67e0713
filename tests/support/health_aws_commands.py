"""Runs the `aws` commands of findings without that command: by its rules, through boto3."""

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

from botocore import xform_name

_SERVICES = {"s3api": "s3"}


def run_command(command: str, client_of: Callable[[str], Any]) -> None:
    """Do what a shell would do with `aws ... && aws ...`; any other command is refused."""
    for one in command.split(" && "):
        program, service, operation, *arguments = shlex.split(one)
        assert program == "aws", command
        client = client_of(_SERVICES.get(service, service))
        method = operation.replace("-", "_")
        members = _members(client, method)
        getattr(client, method)(**dict(_parameters(arguments, members)))


def _members(client: Any, method: str) -> dict[str, Any]:
    """The parameters of an operation, by the name that a command line gives them."""
    operation = client.meta.method_to_api_mapping[method]
    shape = client.meta.service_model.operation_model(operation).input_shape
    return {
        "--" + xform_name(name, "-"): (name, member.type_name)
        for name, member in shape.members.items()
    }


def _parameters(arguments: list[str], members: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    waiting = list(arguments)
    while waiting:
        name, kind = members[waiting.pop(0)]
        yield name, True if kind == "boolean" else _value(waiting.pop(0), kind)


def _value(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text)
    if kind not in ("structure", "map"):
        return text
    if text.startswith("{"):
        return json.loads(text)
    pairs = (pair.split("=", 1) for pair in text.split(","))
    return {key: {"true": True, "false": False}.get(value, value) for key, value in pairs}
