"""Invokes a function of the local AWS, or of any other."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.front.errors import (
    EventTooLargeError,
    FunctionMissingError,
    FunctionTimedOutError,
    FunctionUnavailableError,
)
from local.front.invoker import Invocation
from local.front.limits import EVENT_BYTES

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaInvoker:
    """Invokes one function, once per event; the client says how long it waits for an answer."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function_name = function_name

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        if len(payload) > EVENT_BYTES:
            raise EventTooLargeError(len(payload), EVENT_BYTES)
        try:
            answer = self._client.invoke(FunctionName=self._function_name, Payload=payload)
            return Invocation(answer["Payload"].read(), answer.get("FunctionError"))
        except self._client.exceptions.ResourceNotFoundException as error:
            raise FunctionMissingError(self._function_name) from error
        except ReadTimeoutError as error:
            raise FunctionTimedOutError(self._function_name) from error
        except ClientError as error:
            reason = str(error.response.get("Error", {}).get("Code", "no reason given"))
            raise FunctionUnavailableError(self._function_name, reason) from error
        except BotoCoreError as error:
            reason = "it does not answer"
            raise FunctionUnavailableError(self._function_name, reason) from error
