"""The names are those of the installed pulumi-aws; programs are written against it."""

import importlib.util
import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from pathlib import Path

import pytest

from local.provider.aws.fields import Field
from local.provider.aws.functions import FUNCTIONS
from local.provider.aws.plugin import TYPES
from local.provider.aws.resource_type import ResourceType

# A property in the SDK: its own name, or the Python name where both are the same.
_GETTER = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\s+def (\w+)\(')


@pytest.fixture(scope="module")
def sdk() -> Path:
    spec = importlib.util.find_spec("pulumi_aws")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _module_file(sdk: Path, token: str) -> Path:
    _, module, _ = token.split(":")
    folder, name = module.split("/")
    if folder == "index":
        return sdk / f"{_snake_case(name)}.py"
    # A word that Python keeps for itself has an underscore in its SDK.
    return sdk / (f"{folder}_" if iskeyword(folder) else folder) / f"{_snake_case(name)}.py"


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _names(text: str) -> set[str]:
    # Here too: `from_` is `from`.
    return {name or python_name.rstrip("_") for name, python_name in _GETTER.findall(text)}


def _field_names(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield field.name
        yield from _field_names(field.fields)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.token.rpartition(":")[2])
def test_properties_are_the_sdks(kind: ResourceType, sdk: Path) -> None:
    """Every type, input and output that we speak of exists in the SDK under the same name."""
    file = _module_file(sdk, kind.token)
    text = file.read_text()
    ours = {each.name for each in kind.inputs} | set(kind.computed)
    nested = {name for each in kind.inputs for name in _field_names(each.fields)}

    assert f"'{kind.token}'" in text
    assert ours <= _names(text)
    assert nested <= _names(text) | _names((file.parent / "_inputs.py").read_text())


@pytest.mark.parametrize("token", FUNCTIONS)
def test_functions_are_the_sdks(token: str, sdk: Path) -> None:
    """Every function that we answer is called by the SDK under the same name."""
    assert f"'{token}'" in _module_file(sdk, token).read_text()
