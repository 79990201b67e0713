"""From inputs and what the cloud says to outputs and to the inputs that they amount to."""

from collections.abc import Mapping
from typing import Any

from local.provider.aws.resource_type import ResourceType
from local.provider.naming import NOTE
from local.provider.values import (
    UNKNOWN,
    Properties,
    SecretValue,
    contains_secret,
    keep_secrets,
    reveal,
)


def wanted(kind: ResourceType, inputs: Properties, default_tags: Mapping[str, str]) -> Properties:
    """The inputs as plain values, with the defaults and the provider's own tags filled in."""
    filled = {each.name: each.default for each in kind.inputs if each.default is not None}
    filled.update({name: value for name, value in reveal(inputs).items() if name != NOTE})
    if kind.has_tags:
        filled["tags"] = all_tags(filled["tags"], default_tags)
    return filled


def all_tags(tags: Any, default_tags: Mapping[str, str]) -> Any:
    """The tags that the cloud gets: the program's over the provider's."""
    return {**default_tags, **tags} if isinstance(tags, dict) else tags


def outputs(
    kind: ResourceType, inputs: Properties, live: Properties, default_tags: Mapping[str, str]
) -> Properties:
    """The outputs: what the cloud says, in the program's spelling where it means the same."""
    plain = wanted(kind, inputs, default_tags)
    shown: Properties = {}
    for each in kind.inputs:
        value = live.get(each.name, plain.get(each.name))
        shown[each.name] = plain[each.name] if _spelt(each, plain, value) else value
    shown.update({name: live[name] for name in kind.computed if name in live})
    if kind.has_tags:
        shown["tagsAll"] = shown["tags"]
        shown["tags"] = _own_tags(shown["tags"], inputs, default_tags)
    return mark_secrets(kind, {k: v for k, v in shown.items() if v is not None}, inputs)


def preview_outputs(
    kind: ResourceType,
    inputs: Properties,
    default_tags: Mapping[str, str],
    *,
    before: Properties | None = None,
    changed: frozenset[str] = frozenset(),
) -> Properties:
    """The outputs as far as they are known without the cloud.

    In a preview of an update, what the cloud had decided `before` stays, but for what shows an
    input that is `changed`.
    """
    known = reveal(before or {})
    live: Properties = {
        name: UNKNOWN if kind.derived.get(name) in changed else known.get(name, UNKNOWN)
        for name in kind.computed
    }
    for each in kind.inputs:
        if each.computed and each.name not in inputs:
            live[each.name] = known.get(each.name) if known else UNKNOWN
    return outputs(kind, inputs, live, default_tags)


def live_inputs(
    kind: ResourceType, inputs: Properties, live: Properties, default_tags: Mapping[str, str]
) -> Properties:
    """The inputs that would make what is in the cloud, in the old spelling where nothing moved.

    Without old inputs (an import) they are all those that differ from the defaults.
    """
    plain = reveal(inputs)
    now: Properties = {NOTE: inputs[NOTE]} if NOTE in inputs else {}
    for each in kind.inputs:
        value = live.get(each.name)
        if each.name == "tags" and kind.has_tags:
            value = _own_tags(value, inputs, default_tags)
        if each.name in plain:
            moved = each.name in live and not each.same(plain[each.name], value)
            now[each.name] = value if moved else plain[each.name]
        elif value is not None and not each.computed and not each.same(value, each.default):
            now[each.name] = value
    return keep_secrets({k: v for k, v in now.items() if v is not None}, like=inputs)


def mark_secrets(kind: ResourceType, shown: Properties, inputs: Properties) -> Properties:
    """The outputs with those secret that show a secret input, itself or in another form."""
    marked = keep_secrets(shown, like=inputs)
    for name, source in kind.derived.items():
        if name in marked and contains_secret(inputs.get(source)):
            marked[name] = _sealed(marked[name])
    if "tagsAll" in marked:
        marked["tagsAll"] = keep_secrets(
            {"tags": marked["tagsAll"]}, like={"tags": inputs.get("tags")}
        )["tags"]
    return marked


def _sealed(value: Any) -> Any:
    return value if isinstance(value, SecretValue) else SecretValue(value)


def _spelt(each: Any, plain: Properties, value: Any) -> bool:
    return each.name in plain and each.same(plain[each.name], value)


def _own_tags(tags: Any, inputs: Properties, default_tags: Mapping[str, str]) -> Any:
    """The tags without those that only the provider's configuration put there."""
    if not isinstance(tags, dict):
        return tags
    declared = reveal(inputs.get("tags"))
    declared = declared if isinstance(declared, dict) else {}
    return {
        key: value
        for key, value in tags.items()
        if key in declared or default_tags.get(key) != value
    }
