"""What the audit is told of requests: of every change, and of every look at secrets.

    count      who has made too many already is not even told of: nobody fills a chain
    check      refused: one entry
    change     an entry that it began, the effect, an entry of how it ended
    secrets    the answer is made, then its entry, and only then the answer goes out

Whoever is known by no token leaves nothing here, but an IAM identity that asks for one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hoist.access.errors import UnauthenticatedError
from hoist.errors import HoistError
from orchestrator.audit.acts import DONE, Act, result_of
from orchestrator.audit.chains import INSTALLATION
from orchestrator.estate import Estate
from orchestrator.http_api.acts import act_of
from orchestrator.http_api.callers import authority
from orchestrator.http_api.needs import Arguments, WithIam, stack_named_in
from orchestrator.http_api.proxy_event import Event
from orchestrator.http_api.routes import Route
from orchestrator.state.names import StackName

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that a caller asks for, as the audit sees it."""

    act: Act
    stack: StackName | None
    """What it is done to; None for what is about no stack."""
    check: Callable[[], None]
    """Raises if the caller may not."""
    changes_something: bool = True
    """False for a look at secrets."""
    ends_chain: bool = False


class RequestAudit:
    """Carries out requests between their entries."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def carry_out(
        self, route: Route, arguments: Arguments, event: Event, answer: Callable[[], Answer]
    ) -> Answer:
        """Answer, if the caller has what the route needs, and the audit has its entries.

        Raises what `route.needs.check`, `count_change` and `AuditTrail.record` raise, and
        BadRequestError for a name of a stack that is none.
        """
        if not isinstance(route.needs, WithIam):
            self._estate.tokens.count_change(authority())
        stack = stack_named_in(arguments)
        deed = Deed(
            act=act_of(route, stack, arguments, event),
            stack=stack,
            check=lambda: route.needs.check(arguments),
            changes_something=route.changes_something,
            ends_chain=route.ends_chain,
        )
        return self.perform(deed, answer)

    def perform(self, deed: Deed, answer: Callable[[], Answer]) -> Answer:
        """The same for a request that has been counted. Raises what `deed.check` does besides."""
        chain = self._chain_of(deed.stack)
        self._check(deed, chain)
        if not deed.changes_something:
            return self._shown(chain, deed.act, answer)
        changed = self._estate.audit.record(chain, deed.act, answer)
        if deed.ends_chain:
            self._estate.audit.note_end_of(chain, deed.act)
        return changed

    def _chain_of(self, name: StackName | None) -> str:
        """That of the stack, if it is there already."""
        stack = None if name is None else self._estate.stacks.find(name)
        return INSTALLATION if stack is None else stack.id

    def _check(self, deed: Deed, chain: str) -> None:
        try:
            deed.check()
        except UnauthenticatedError:
            # Nobody who is known: the log has it.
            raise
        except HoistError as error:
            self._estate.audit.note(chain, deed.act, result_of(error))
            raise

    def _shown(self, chain: str, act: Act, answer: Callable[[], Answer]) -> Answer:
        made = answer()
        self._estate.audit.note(chain, act, DONE)
        return made
