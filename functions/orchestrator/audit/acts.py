"""What an entry tells of one act. There is no field for a value: of contents, only digests."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TypeVar

from hoist.errors import EnvironmentFaultError, HoistError

MAX_TEXT_LENGTH = 500
"""Of each text: what callers send may have any length, and an entry has to fit into an item."""

_Facts = TypeVar("_Facts", "Who", "Source", "Digests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who acts; all empty for Hoist itself."""

    person: str = ""
    """By whom four eyes are counted."""
    principal: str = ""
    """The IAM identity that the token was given to."""
    token_id: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From where: a caller's address, or a worker's invocation."""

    ip: str = ""
    user_agent: str = ""
    invocation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What was sent or used, as SHA-256 of it."""

    request: str = ""
    program: str = ""
    config: str = ""
    plan: str = ""
    chain: str = ""
    """The hash by which a chain ends that nothing is added to any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One changing operation."""

    operation: str
    """The name of a route, or of a transition."""
    subject: str
    """What it is done to: a stack's name, a run's id."""
    who: Who = field(default_factory=Who)
    why: str = ""
    """What a person gave as the reason."""
    source: Source = field(default_factory=Source)
    digests: Digests = field(default_factory=Digests)


class ResultKind(StrEnum):
    """How far an act came."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    """Nothing was changed, for a reason that the code names."""
    FAILED = "failed"
    """It was tried; how much of it was done, the code may not tell."""


@dataclass(frozen=True, slots=True)
class Result:
    """How an act ended, or that it began."""

    kind: ResultKind
    code: str = ""
    """Of the error; of a run's transition, the state that it came to."""
    begun_at: int = 0
    """The number of the entry by which the act began; 0 if it has no other entry."""


BEGUN = Result(ResultKind.BEGUN)
DONE = Result(ResultKind.DONE)


def refused(code: str) -> Result:
    return Result(ResultKind.REFUSED, code)


def failed(code: str) -> Result:
    return Result(ResultKind.FAILED, code)


def result_of(error: Exception) -> Result:
    """What an error of ours says is refused; where something broke, the act has failed."""
    if isinstance(error, HoistError) and not isinstance(error, EnvironmentFaultError):
        return refused(error.code)
    return failed(error.code if isinstance(error, HoistError) else "internal")


def shortened(act: Act) -> Act:
    """The same act with every text cut at MAX_TEXT_LENGTH."""
    return replace(
        act,
        operation=act.operation[:MAX_TEXT_LENGTH],
        subject=act.subject[:MAX_TEXT_LENGTH],
        why=act.why[:MAX_TEXT_LENGTH],
        who=_with_short_texts(act.who),
        source=_with_short_texts(act.source),
        digests=_with_short_texts(act.digests),
    )


def _with_short_texts(facts: _Facts) -> _Facts:
    texts: dict[str, str] = {each.name: getattr(facts, each.name) for each in fields(facts)}
    return type(facts)(**{name: text[:MAX_TEXT_LENGTH] for name, text in texts.items()})
