"""A check, as the runner knows it: a name, and something to call."""

from typing import Protocol, TypeVar

Result_co = TypeVar("Result_co", covariant=True)


class Check(Protocol[Result_co]):
    """Looks at one thing. May be called again and again, from another thread each time."""

    @property
    def name(self) -> str:
        """Its own among all checks of a run."""
        ...

    def look(self) -> Result_co:
        """What there is to say; any error means that it could not be found out."""
        ...
