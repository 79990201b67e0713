"""What a kind of credential must know to be rotated; each file in `strategies` is one kind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hoist.secret import Secret
from rotation.steps import Stage


@dataclass(frozen=True, slots=True)
class Traits:
    """What users of a strategy's secrets may rely on."""

    # Where a consumer may look, in order, when AWSCURRENT does not let it in. Empty where another
    # version can never be the answer.
    fallbacks: tuple[Stage, ...]
    # How many credentials are good at one time, at most.
    live_credentials_at_most: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new value is made for: one version of one secret."""

    secret_arn: str
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """A pending value beside those that it is to replace."""

    token: str
    at: datetime
    pending: Secret
    current: Secret | None
    previous: Secret | None


@dataclass(frozen=True, slots=True)
class Succession:
    """The value that has become current, and the one that it replaced."""

    at: datetime
    current: Secret
    previous: Secret | None


class Strategy(Protocol):
    """Each hook may run any number of times, and again after having been cut off anywhere."""

    @property
    def traits(self) -> Traits: ...

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        """Prove, changing nothing, that a rotation would work: schema, way, rights, free places.

        It runs before a new value is made, with the draft that `create` gets. It is also all that
        the test-only mode means (RotateImmediately=false): there the pending version was never set
        anywhere.
        """
        ...

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        """A new value. It is stored before `set` runs, and then never made again for this token."""
        ...

    def set(self, trial: Trial) -> None:
        """Make the target accept the pending value; does nothing if it does already."""
        ...

    def test(self, trial: Trial) -> None:
        """Prove with the target that the pending value is good; changes nothing."""
        ...

    def finish(self, succession: Succession) -> None:
        """Retire what the promotion has made superfluous. Runs after the labels have moved."""
        ...
