"""Whether a command could be pasted: its service, operation and options, by AWS's own models."""

import shlex
from functools import cache

from botocore import xform_name
from botocore.model import ServiceModel
from botocore.session import Session

_SERVICES = {"s3api": "s3"}
_FOR_EVERY_COMMAND = frozenset({"query"})


def complaints(command: str) -> list[str]:
    """What the `aws` command line would not understand of `aws ... && aws ...`."""
    words = shlex.split(command)
    ends = [place for place, word in enumerate(words) if word == "&&"] + [len(words)]
    starts = [0, *(end + 1 for end in ends)]
    return [
        problem
        for start, end in zip(starts, ends, strict=False)
        for problem in _complaints(*words[start:end])
    ]


def _complaints(program: str, service: str, operation: str, *arguments: str) -> list[str]:
    if program != "aws":
        return [f"{program} is not aws"]
    options = _options(_SERVICES.get(service, service), operation)
    if options is None:
        return [f"{service} has no {operation}"]
    used = {word.removeprefix("--") for word in arguments if word.startswith("--")}
    return [f"{operation} has no --{option}" for option in sorted(used - options)]


@cache
def _options(service: str, operation: str) -> frozenset[str] | None:
    model = ServiceModel(Session().get_service_data(service), service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return None
    shape = model.operation_model(names[operation]).input_shape
    taken = shape.members if shape else {}
    members = {xform_name(name, "-"): member.type_name for name, member in taken.items()}
    switches = {f"no-{name}" for name, kind in members.items() if kind == "boolean"}
    return frozenset(members) | switches | _FOR_EVERY_COMMAND
