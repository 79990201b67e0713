"""A value that cannot be printed by accident."""

from typing import NoReturn


class Secret:
    """Holds a secret value; every way of showing it gives asterisks, only `reveal` gives the value.

    Equality compares values, so that two readings of one secret are equal. It refuses to be
    pickled: a pickle is a way out that nobody would think of.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the line that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"

    def __format__(self, format_spec: str) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret does not leave its process; reveal it where it is used")
