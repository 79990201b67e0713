"""What a route is: where it answers, what it needs of its caller, with what, why it may refuse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hoist.errors import HoistError
from orchestrator.http_api.answers import Answer
from orchestrator.http_api.needs import Arguments, Need, OnStack

STACK = "/v1/stacks/<project>/<stack>"
RUN = f"{STACK}/runs/<run_id>"


@dataclass(frozen=True, slots=True)
class Route:
    """`handler` takes the parts of the path and the query by name; its docstring is the summary."""

    method: str
    path: str
    handler: Callable[..., Answer]
    needs: Need
    answer: str = ""
    """The model of `messages.answers` that tells what it answers; empty for no body."""
    status: int = 200
    refusals: Sequence[type[HoistError]] = ()
    """Errors that belong to it; those of every route and of its need are not repeated."""
    ends_chain: bool = False
    """Whether nothing is added any more to the audit of what it was about."""

    @property
    def name(self) -> str:
        """The operation's id in the API's description."""
        return self.handler.__name__

    @property
    def changes_something(self) -> bool:
        return self.method != "GET"

    def is_recorded(self, arguments: Arguments) -> bool:
        """Whether the audit tells of it: of each change, and of who asked for secrets."""
        return self.changes_something or self.shows_secrets(arguments)

    def shows_secrets(self, arguments: Arguments) -> bool:
        return isinstance(self.needs, OnStack) and self.needs.asks_for_secrets(arguments)
