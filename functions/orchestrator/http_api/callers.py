"""Who asks: found out for each request before anything else, and known to whoever answers it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hoist.access.authorization import authorization_values, presented_token
from hoist.access.errors import IamIdentityMissingError, TokenMissingError
from hoist.access.grants import Authority
from hoist.access.token_book import TokenBook
from orchestrator.http_api.proxy_event import Event, user_arn


@dataclass(frozen=True, slots=True)
class IamIdentity:
    """An IAM identity that has signed the request, as the gateway found. It may get a token."""

    arn: str


Caller = Authority | IamIdentity
_CALLER: ContextVar[Caller] = ContextVar("caller")


def identified(event: Event, tokens: Callable[[], TokenBook]) -> Caller:
    """Who sent the event. Raises UnauthenticatedError."""
    token = presented_token(authorization_values(event))
    if token is not None:
        return tokens().authority_of(token)
    # Of a request that it let in without a signature, a gateway says nothing here.
    arn = user_arn(event)
    if not arn:
        raise TokenMissingError
    return IamIdentity(arn)


@contextmanager
def on_behalf_of(asking: Caller) -> Iterator[None]:
    """What is done in the block is asked for by this caller."""
    before = _CALLER.set(asking)
    try:
        yield
    finally:
        _CALLER.reset(before)


def caller() -> Caller:
    """Whoever asks."""
    return _CALLER.get()


def authority() -> Authority:
    """The bearer of the request's token; raises TokenMissingError if it has none."""
    asking = caller()
    if not isinstance(asking, Authority):
        raise TokenMissingError
    return asking


def iam_identity() -> IamIdentity:
    """Who signed the request; raises IamIdentityMissingError if nobody did."""
    asking = caller()
    if not isinstance(asking, IamIdentity):
        raise IamIdentityMissingError
    return asking
