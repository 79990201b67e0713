"""The event with which Secrets Manager asks for one step of a rotation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hoist.secret import Secret
from rotation.errors import InvalidEventError

# An ARN, or a name where the caller is one of the emulators.
_SECRET_ID = re.compile(r"[A-Za-z0-9/_+=.@!:-]{1,2048}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9-]{32,64}", re.ASCII)
_ROTATION_TOKEN = re.compile(r"[A-Za-z0-9-]{36,256}", re.ASCII)


class Step(StrEnum):
    """The four steps, as they are spelled in events."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


@dataclass(frozen=True, slots=True)
class RotationEvent:
    """One step for one secret. The token is the id of the version that is to become current."""

    step: Step
    secret_id: str
    token: str
    # Proves to Secrets Manager that a caller with another role acts for this rotation.
    rotation_token: Secret | None = None


def rotation_event(event: object) -> RotationEvent:
    """The event; raises InvalidEventError, which quotes nothing that it read.

    Fields that Secrets Manager may add one day are let pass; a step in another spelling is not:
    to ignore it would look like a rotation that worked.
    """
    if not isinstance(event, Mapping):
        raise _refusal("is not an object")
    return RotationEvent(
        step=_step(event.get("Step")),
        secret_id=_matching(event, "SecretId", _SECRET_ID),
        token=_matching(event, "ClientRequestToken", _TOKEN),
        rotation_token=_rotation_token(event),
    )


def _step(value: object) -> Step:
    for step in Step:
        if step == value:
            return step
    raise _refusal(f"has a 'Step' other than {', '.join(Step)}")


def _rotation_token(event: Mapping[object, object]) -> Secret | None:
    if event.get("RotationToken") is None:
        return None
    return Secret(_matching(event, "RotationToken", _ROTATION_TOKEN))


def _matching(event: Mapping[object, object], name: str, form: re.Pattern[str]) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _refusal(f"has no {name!r} in the form that Secrets Manager gives it")
    return value


def _refusal(fault: str) -> InvalidEventError:
    return InvalidEventError(
        f"the rotation event {fault}", way_out="let Secrets Manager call the function"
    )
