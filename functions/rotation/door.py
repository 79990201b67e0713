"""The door of the function: parses, does one step, logs once, and answers with a safe error."""

import logging
from collections.abc import Callable
from typing import Any

from rotation.errors import RotationError, RotationFaultError
from rotation.messages import rotation_event
from rotation.rotation import Rotation

log = logging.getLogger(__name__)


def answer(event: object, rotation: Callable[[], Rotation]) -> None:
    """Do the step of the event; raises a RotationError, whose text holds no secret, or nothing."""
    told: dict[str, Any] = {}
    try:
        asked = rotation_event(event)
        told = {"step": asked.step.value, "secret_id": asked.secret_id, "token": asked.token}
        rotation().run(asked)
    except RotationError as error:
        log.error(  # noqa: TRY400 - the trace would show nothing that the code does not say
            "rotation_step_failed", extra=told | {"kind": error.kind.value, "code": error.code}
        )
        raise
    except Exception as error:  # noqa: BLE001 - the door
        fault = _fault(error)
        log.error("rotation_step_faulty", extra=told | {"fault": fault.message})  # noqa: TRY400
        raise fault from None
    log.info("rotation_step_done", extra=told)


def _fault(error: Exception) -> RotationFaultError:
    # Its text, and that of its causes, may quote a value: only its kind and its place are told.
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "an unknown place"
    return RotationFaultError(
        f"{type(error).__name__} in {place}", way_out="report it: this is a fault of Hoist's own"
    )
