"""Requests as a REST API of API Gateway hands them to its function, and the answers."""

import base64
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from orchestrator.http_api.door import Handler
from orchestrator.http_api.messages import answers

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as its client sees it."""

    status: int
    body: str
    headers: Mapping[str, str]

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    def as_model(self, name: str) -> Any:
        """The document, which must be exactly what the API's description says."""
        assert self.headers["Content-Type"] == "application/json"
        getattr(answers, name).model_validate(self.document)
        return self.document

    @property
    def code(self) -> str:
        """Of a problem, which must be told as one."""
        assert self.headers["Content-Type"] == "application/problem+json"
        problem = answers.Problem.model_validate(self.document)
        assert problem.status == self.status
        assert problem.type == "about:blank"
        assert problem.title
        assert problem.detail
        return problem.code


def proxy_event(
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    is_base64: bool = False,
    user_arn: str | None = None,
) -> dict[str, Any]:
    """An event of payload format 1.0; `user_arn` is told of a request that was signed."""
    sent = dict(headers or {})
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent or None,
        "multiValueHeaders": {name: [value] for name, value in sent.items()} or None,
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": (
            {name: [value] for name, value in query.items()} if query else None
        ),
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "stage": "local",
            "requestId": f"request-{next(_numbers)}",
            "path": path + (f"?{urlencode(query)}" if query else ""),
            "httpMethod": method,
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "tests", "userArn": user_arn},
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


def reply_of(answer: Mapping[str, Any]) -> Reply:
    """The answer; fails if a gateway would not take it."""
    assert set(answer) == {"statusCode", "body", "isBase64Encoded", "multiValueHeaders"}
    assert isinstance(answer["statusCode"], int)
    assert isinstance(answer["body"], str)
    assert answer["isBase64Encoded"] is False
    headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    assert all(isinstance(value, str) for value in headers.values())
    assert json.dumps(answer)
    return Reply(answer["statusCode"], answer["body"], headers)


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Sends requests to an app in this process."""

    app: Handler
    user_arn: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, event: Mapping[str, Any]) -> Reply:
        """Send an event, with the client's own headers unless it has them."""
        headers = {**self.headers, **(event["headers"] or {})}
        several = {name: [value] for name, value in headers.items()}
        whole = {**event, "headers": headers or None, "multiValueHeaders": several or None}
        return reply_of(self.app(whole, None))

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call; a body that is no text is sent as JSON."""
        sent = {**self.headers, **(headers or {})}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        if text is not None:
            sent = {"Content-Type": "application/json", **sent}
        return self.send(
            proxy_event(method, path, query=query, headers=sent, body=text, user_arn=self.user_arn)
        )

    def get(self, path: str, **query: str) -> Reply:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: object = None, *, key: str = "") -> Reply:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", path, body, headers=headers)

    def put(self, path: str, body: object) -> Reply:
        return self.call("PUT", path, body)

    def delete(self, path: str, **query: str) -> Reply:
        return self.call("DELETE", path, query=query)


def as_base64(body: bytes) -> str:
    return base64.b64encode(body).decode()
