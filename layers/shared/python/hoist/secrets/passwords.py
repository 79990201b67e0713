"""Random passwords, by the rules of GetRandomPassword."""

import secrets
import string
from dataclasses import dataclass

from hoist.secrets.refusals import Code, RefusedError

DEFAULT_LENGTH = 32
MAX_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """Length and characters of a password."""

    length: int = DEFAULT_LENGTH
    excluded: str = ""
    has_numbers: bool = True
    has_punctuation: bool = True
    has_uppercase: bool = True
    has_lowercase: bool = True
    has_space: bool = False
    requires_each_type: bool = True

    def alphabets(self) -> list[str]:
        """The characters of each included type, as far as they are not excluded."""
        included = (
            (self.has_lowercase, string.ascii_lowercase),
            (self.has_uppercase, string.ascii_uppercase),
            (self.has_numbers, string.digits),
            (self.has_punctuation, string.punctuation),
            (self.has_space, " "),
        )
        kept = (
            "".join(letter for letter in letters if letter not in self.excluded)
            for is_included, letters in included
            if is_included
        )
        return [letters for letters in kept if letters]


def random_password(rules: PasswordRules) -> str:
    """A password from the system's random source; each character is equally likely."""
    if not 1 <= rules.length <= MAX_LENGTH:
        raise RefusedError(
            Code.INVALID_PARAMETER, f"PasswordLength must be from 1 to {MAX_LENGTH}."
        )
    alphabets = rules.alphabets()
    if not alphabets:
        raise RefusedError(Code.INVALID_REQUEST, "The rules leave no character for a password.")
    required = alphabets if rules.requires_each_type else []
    if len(required) > rules.length:
        raise RefusedError(
            Code.INVALID_REQUEST, "PasswordLength is too short for one character of each type."
        )
    letters = [secrets.choice(alphabet) for alphabet in required]
    everything = "".join(alphabets)
    letters += [secrets.choice(everything) for _ in range(rules.length - len(letters))]
    # The required ones stand first: without this the password would tell its type by place.
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
