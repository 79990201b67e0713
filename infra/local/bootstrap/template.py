"""Reads the bootstrap template: plain YAML, but for CloudFormation's short function tags."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

TEMPLATE_PATH = Path(__file__).parents[2] / "bootstrap" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Knows the tags that the template uses, and no other."""


def _long_form(function: str) -> Any:
    def construct(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> dict[str, Any]:
        return {function: loader.construct_scalar(node)}

    return construct


_Loader.add_constructor("!Ref", _long_form("Ref"))
_Loader.add_constructor("!Sub", _long_form("Fn::Sub"))
_Loader.add_constructor("!GetAtt", _long_form("Fn::GetAtt"))


def parse_template(text: str) -> dict[str, Any]:
    """The template as CloudFormation's JSON would have it: `!Ref X` becomes `{"Ref": "X"}`."""
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return template


def resolve(value: Any, names: Mapping[str, Any]) -> Any:
    """`value` with its references replaced; KeyError for a name that is not in `names`.

    `names` holds what `!Ref` and `!GetAtt` would give: "Environment", "StateKey.Arn".
    """
    match value:
        case {"Ref": name} | {"Fn::GetAtt": name}:
            return names[name]
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(names[found[1]]), text)
        case dict():
            return {key: resolve(item, names) for key, item in value.items()}
        case list():
            return [resolve(item, names) for item in value]
    return value
