"""Answers as Powertools takes them. Bodies are JSON text already: numbers in them keep their
digits, as everywhere in the state."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from orchestrator.http_api.problems import CONTENT_TYPE
from orchestrator.state.exact_json import encode_json

Answer = Response[str]


def answered(document: Any, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Response(int(status), "application/json", encode_json(document).decode())


def nothing_to_tell() -> Answer:
    return Response(int(HTTPStatus.NO_CONTENT), body="")


def refused(problem: dict[str, Any], headers: Mapping[str, str]) -> Answer:
    body = encode_json(problem).decode()
    return Response(problem["status"], CONTENT_TYPE, body, headers=dict(headers))
