"""Answers of the protocol as a REST API takes them, errors of the access among them."""

import base64
import gzip
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from hoist.errors import HoistError
from orchestrator.http_api.answer_size import refuse_too_large
from orchestrator.http_api.errors import AnswerTooLargeError
from orchestrator.http_api.problems import status_of as status_in_api
from orchestrator.state.protocol import http as protocol
from orchestrator.state.protocol.http import Answer, Request, error_answer

BINARY_ACCEPTS = frozenset({"application/vnd.pulumi+8", "application/vnd.pulumi+9"})
"""What Pulumi CLIs say that they accept; a gateway is set up to give them bytes."""
_NO_HEADERS: Mapping[str, str] = {}


def status_of(error: HoistError) -> HTTPStatus:
    """The protocol's status of an error; of those that it does not know, the API's."""
    if isinstance(error, AnswerTooLargeError):
        # A client would ask again for what is an error of the server.
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    known = protocol.status_of(error)
    if known is HTTPStatus.INTERNAL_SERVER_ERROR:
        return status_in_api(type(error))
    return known


def refusal(error: HoistError) -> Answer:
    return error_answer(error, status_of(error))


def crash(request_id: str) -> Answer:
    """What is told of an error that nobody has thought of."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    look = f"; look for {request_id} in the log of the api function" if request_id else ""
    return Answer.of(
        {"code": int(status), "message": f"something inside Hoist broke{look}"}, status
    )


def proxy_answer(answer: Answer, headers: Mapping[str, str] = _NO_HEADERS) -> dict[str, Any]:
    """The answer with its headers, in the form of payload format 1.0."""
    return {
        "statusCode": int(answer.status),
        "body": answer.body.decode(),
        "isBase64Encoded": False,
        "multiValueHeaders": {
            "Content-Type": ["application/json"],
            **{name: [value] for name, value in headers.items()},
        },
    }


def fitting_answer(answer: Answer, request: Request) -> dict[str, Any]:
    """The same, packed if a function could not carry it otherwise and the client takes it so.

    Raises AnswerTooLargeError.
    """
    plain = proxy_answer(answer)
    try:
        refuse_too_large(plain["body"])
        return plain
    except AnswerTooLargeError:
        if not _takes_bytes(request):
            raise
    # As fast as it goes: a state shrinks to a tenth all the same.
    packed = base64.b64encode(gzip.compress(answer.body, 1, mtime=0)).decode()
    refuse_too_large(packed)
    headers = {**plain["multiValueHeaders"], "Content-Encoding": ["gzip"]}
    return {**plain, "body": packed, "isBase64Encoded": True, "multiValueHeaders": headers}


def _takes_bytes(request: Request) -> bool:
    # For others a gateway would not turn base64 into bytes.
    accepts_gzip = "gzip" in request.headers.get("accept-encoding", "")
    return accepts_gzip and request.headers.get("accept", "") in BINARY_ACCEPTS
