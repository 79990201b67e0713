"""A function for tests: called in this process, or zipped and run by the emulator."""

import json
import os
from typing import Any


def handle(event: dict[str, Any], context: Any) -> Any:
    """Does what the event's path asks for."""
    match event["path"]:
        case "/fail":
            raise LookupError("a private reason")
        case "/unserialisable":
            return {1, 2}
        case "/malformed":
            return ["no", "proxy", "answer"]
        case "/exit":
            os._exit(1)
        case "/context":
            return answer(
                {
                    "function": context.function_name,
                    "version": context.function_version,
                    "has_id": bool(context.aws_request_id),
                    "arn_ends_with_name": context.invoked_function_arn.endswith(
                        f":function:{context.function_name}"
                    ),
                    "memory": int(context.memory_limit_in_mb),
                    "has_time": 0 < context.get_remaining_time_in_millis() <= 29_000,
                }
            )
        case _:
            return answer(event)


def answer(document: object) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(document)}
