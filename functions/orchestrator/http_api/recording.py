"""What the audit is told of requests: of every change, and of every look at secrets.

    count      who has made too many already is not even told of: nobody fills a chain
    check      refused: one entry
    change     an entry that it began, the effect, an entry of how it ended
    secrets    the answer is made, then its entry, and only then the answer goes out

Whoever is known by no token leaves nothing here, but an IAM identity that asks for one.
"""

from collections.abc import Callable
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
        chain, act = self._chain_of(stack), act_of(route, stack, arguments, event)
        self._check(route, arguments, chain, act)
        if not route.changes_something:
            return self._shown(chain, act, answer)
        changed = self._estate.audit.record(chain, act, answer)
        if route.ends_chain:
            self._estate.audit.note_end_of(chain, act)
        return changed

    def _chain_of(self, name: StackName | None) -> str:
        """That of the stack, if it is there already."""
        stack = None if name is None else self._estate.stacks.find(name)
        return INSTALLATION if stack is None else stack.id

    def _check(self, route: Route, arguments: Arguments, chain: str, act: Act) -> None:
        try:
            route.needs.check(arguments)
        except UnauthenticatedError:
            # Nobody who is known: the log has it.
            raise
        except HoistError as error:
            self._estate.audit.note(chain, act, result_of(error))
            raise

    def _shown(self, chain: str, act: Act, answer: Callable[[], Answer]) -> Answer:
        made = answer()
        self._estate.audit.note(chain, act, DONE)
        return made
