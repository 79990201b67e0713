"""What each function may do: derived from what it does today, by name, on named things only."""

from collections.abc import Sequence

from components.functions import Function
from components.permissions import api, health, rotation, worker
from components.permissions.estate import Estate
from components.policy_document import Statement

_PERMISSIONS = {
    Function.API: api.permissions,
    Function.WORKER: worker.permissions,
    Function.HEALTH: health.permissions,
    Function.ROTATION: rotation.permissions,
}


def permissions_of(function: Function, estate: Estate) -> Sequence[Statement]:
    """The statements of a function's policy, without the right to write its own logs."""
    return _PERMISSIONS[function](estate)
