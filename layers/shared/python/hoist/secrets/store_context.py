"""What the operations of a file store work with."""

from collections.abc import Callable
from dataclasses import dataclass

from hoist.clock import Clock
from hoist.secrets.identity import Place
from hoist.secrets.repository import SecretRepository
from hoist.secrets.values import SecretValues


@dataclass(frozen=True, slots=True)
class StoreContext:
    """The parts of one store; `may_invoke` says which rotation functions could be called."""

    secrets: SecretRepository
    values: SecretValues
    clock: Clock
    place: Place
    may_invoke: Callable[[str], bool]


class StoreOperations:
    """A family of operations over one store."""

    def __init__(self, context: StoreContext) -> None:
        self._secrets = context.secrets
        self._values = context.values
        self._clock = context.clock
        self._place = context.place
        self._may_invoke = context.may_invoke
