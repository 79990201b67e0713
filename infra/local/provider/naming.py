"""Names for resources that were not given one: the resource's name and a little chance.

A generated name is noted in the inputs under `__defaults`, so that the next check keeps it; the
engine asks again without the old inputs when a replacement needs a new one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from local.provider.provider import CheckFailure, NamingMode, NamingWish
from local.provider.values import UNKNOWN, Properties, Unknown, reveal

NOTE = "__defaults"
_CHANCE_LENGTH = 7


@dataclass(frozen=True, slots=True)
class NamingRule:
    """How a resource type names what was not named."""

    max_length: int
    property: str = "name"
    prefix_property: str = "namePrefix"
    # What every name of this type begins with.
    beginning: str = ""
    # What it ends with; unknown if it depends on an input that is.
    ending: Callable[[Properties], str | Unknown] = lambda _inputs: ""
    lower_case: bool = False


def is_generated(rule: NamingRule, inputs: Properties) -> bool:
    """Whether the inputs' name was made here and not by the program."""
    return rule.property in inputs.get(NOTE, ())


def with_name(
    rule: NamingRule,
    inputs: Properties,
    *,
    resource_name: str,
    old: Properties,
    wish: NamingWish,
) -> tuple[Properties, CheckFailure | None]:
    """The inputs with a name, generated and noted if the program gave none; or what is wrong."""
    if inputs.get(rule.property) is not None:
        return inputs, None
    if _keeps_old_name(rule, inputs, old):
        return {**inputs, rule.property: old[rule.property], NOTE: [rule.property]}, None
    prefix = reveal(inputs.get(rule.prefix_property))
    ending = rule.ending(reveal(inputs))
    if prefix is UNKNOWN or isinstance(ending, Unknown):
        return {**inputs, rule.property: UNKNOWN}, None
    if prefix is None and wish.mode is NamingMode.DISABLE:
        return inputs, CheckFailure(rule.property, "automatic naming is off: give it a name")
    if prefix is None and wish.mode is NamingMode.ENFORCE:
        name = wish.proposed
    else:
        name = _beginning(rule, resource_name=resource_name, prefix=prefix, wish=wish) + ending
    if len(name) > rule.max_length:
        reason = f"the generated name {name} is longer than {rule.max_length}: give it a name"
        return inputs, CheckFailure(rule.property, reason)
    return {**inputs, rule.property: name, NOTE: [rule.property]}, None


def _keeps_old_name(rule: NamingRule, inputs: Properties, old: Properties) -> bool:
    same_prefix = reveal(old.get(rule.prefix_property)) == reveal(inputs.get(rule.prefix_property))
    return is_generated(rule, old) and same_prefix


def _beginning(
    rule: NamingRule, *, resource_name: str, prefix: str | None, wish: NamingWish
) -> str:
    if prefix is not None:
        return prefix + _chance(wish.seed)
    name = wish.proposed or f"{resource_name}-{_chance(wish.seed)}"
    return rule.beginning + (name.lower() if rule.lower_case else name)


def _chance(seed: bytes) -> str:
    """Hex digits that the engine's seed decides, so that an update does what its plan showed."""
    # Imported by those who name something: OpenSSL alone is a twentieth of a plugin's start.
    import hashlib
    import secrets

    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_CHANCE_LENGTH)
    return digits[:_CHANCE_LENGTH]
