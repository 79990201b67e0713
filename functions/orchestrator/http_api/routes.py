"""What a route is: where it answers, with what, and why it may refuse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hoist.errors import HoistError
from orchestrator.http_api.answers import Answer

STACK = "/v1/stacks/<project>/<stack>"
RUN = f"{STACK}/runs/<run_id>"


@dataclass(frozen=True, slots=True)
class Route:
    """`handler` takes the parts of the path and the query by name; its docstring is the summary."""

    method: str
    path: str
    handler: Callable[..., Answer]
    answer: str = ""
    """The model of `messages.answers` that tells what it answers; empty for no body."""
    status: int = 200
    refusals: Sequence[type[HoistError]] = ()
    """Errors that belong to it; those of every route are not repeated."""

    @property
    def name(self) -> str:
        """The operation's id in the API's description."""
        return self.handler.__name__
