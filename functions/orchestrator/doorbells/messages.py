"""The body of a doorbell's message: which stack to look at, no more."""

import json
import re

from hoist.errors import HoistError

FORMAT = 1
_STACK_ID = re.compile(r"stk-[0-9a-f]{20}")


class DoorbellMessageError(HoistError):
    """A message in the doorbell's queue that no doorbell of this version wrote."""

    code = "doorbell_message"


def message_of(stack_id: str) -> str:
    return json.dumps({"format": FORMAT, "stack_id": stack_id})


def stack_id_in(body: str) -> str:
    """The stack that the message names; raises DoorbellMessageError."""
    match _parsed(body):
        case {"format": 1, "stack_id": str(stack_id)} if _STACK_ID.fullmatch(stack_id):
            return stack_id
    raise DoorbellMessageError(
        "a message in the doorbell's queue names no stack",
        way_out="let nothing but Hoist send to that queue",
    )


def _parsed(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
