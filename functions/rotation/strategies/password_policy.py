"""What a generated value looks like, and values that do."""

import math
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass

from hoist.secret import Secret
from hoist.strict_json import JsonFields

SHORTEST, LONGEST = 8, 4096
# Below that, guessing is a matter of machines, not of luck.
LEAST_BITS = 64

# Without quotes, backslash, space and the like, which somebody's shell or URL would trip over
# sooner; a secret may exclude more.
_CLASSES = {
    "lowercase": string.ascii_lowercase,
    "uppercase": string.ascii_uppercase,
    "digits": string.digits,
    "punctuation": "!#$%&()*+,-./:;<=>?@[]^_{|}~",
}


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """A length, and sets of characters of each of which at least one must occur."""

    length: int
    classes: tuple[str, ...]

    @property
    def alphabet(self) -> str:
        return "".join(self.classes)

    def allows(self, value: Secret) -> bool:
        """Whether the value could have come from `generate`."""
        text = value.reveal()
        return (
            len(text) == self.length
            and set(text) <= set(self.alphabet)
            and all(set(characters) & set(text) for characters in self.classes)
        )

    def generate(self, choose: Callable[[str], str] = secrets.choice) -> Secret:
        """Any value that the policy allows, each with the same probability."""
        # To put one character of each class in first would favour some values over others.
        while True:
            value = Secret("".join(choose(self.alphabet) for _ in range(self.length)))
            if self.allows(value):
                return value


def password_policy(fields: JsonFields) -> PasswordPolicy:
    """The policy of a document; raises InvalidDocumentError for one that cannot be kept safely."""
    length = fields.number("length", default=32, lowest=SHORTEST, highest=LONGEST)
    excluded = set(fields.optional_text("exclude_characters") or "")
    wanted = {name: fields.flag(name, default=name != "punctuation") for name in _CLASSES}
    fields.refuse_others()
    classes = tuple(
        "".join(character for character in _CLASSES[name] if character not in excluded)
        for name, is_wanted in wanted.items()
        if is_wanted
    )
    policy = PasswordPolicy(length, classes)
    if not all(classes) or _bits(policy) < LEAST_BITS:
        raise fields.refusal(f"leaves an empty class or fewer than {LEAST_BITS} bits to chance")
    return policy


def _bits(policy: PasswordPolicy) -> float:
    return policy.length * math.log2(len(policy.alphabet) or 1)
