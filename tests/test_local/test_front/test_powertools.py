"""What the front sends, read by the library that the product's own API is written with."""

import gzip
import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from front_client import RecordingHandler, answer_to, request_bytes, serving


def test_a_resolver_behind_the_front() -> None:
    """Route, path parameter, query, header and body reach a resolver; its answer comes back."""
    app = APIGatewayRestResolver()

    @app.post("/v1/stacks/<project>/<stack>")
    def create(project: str, stack: str) -> Response[str]:
        event = app.current_event
        said = {
            "stack": f"{project}/{stack}",
            "tags": event.get_multi_value_query_string_values("tag"),
            "limit": event.get_query_string_value("limit"),
            "token": event.headers["authorization"],
            "body": event.json_body,
            "source": event.request_context.identity.source_ip,
        }
        cookies = {"Set-Cookie": ["a=1", "b=2"]}
        return Response(201, "application/json", json.dumps(said), dict(cookies))

    def handler(event: Any, context: Any) -> Any:
        return app.resolve(event, context)

    with serving(handler) as server:
        headers = [
            ("Authorization", "token t"),
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
        ]
        target = "/v1/stacks/shop/dev%2Done?tag=a%20b&tag=c&limit=5"
        body = gzip.compress(b'{"name": "gr\xc3\xbc\xc3\x9fe"}')
        answer = answer_to(server, request_bytes(server, "POST", target, *headers, body=body))
        missing = answer_to(server, request_bytes(server, "GET", "/v1/nothing"))

    assert answer.status == 201
    assert answer.document == {
        "stack": "shop/dev-one",
        "tags": ["a b", "c"],
        "limit": "5",
        "token": "token t",
        "body": {"name": "grüße"},
        "source": "127.0.0.1",
    }
    assert missing.status == 404


def test_the_event_as_a_data_class() -> None:
    """Every property of the library's event class reads what was sent."""
    handler = RecordingHandler()
    with serving(handler) as server:
        headers = [("Content-Type", "application/zip"), ("User-Agent", "hoist/1")]
        sent = request_bytes(server, "PUT", "/v1/a?b=c", *headers, body=b"\x00\xff")
        answer_to(server, sent)

    event = APIGatewayProxyEvent(handler.event)
    context = event.request_context
    assert (event.http_method, event.path, event.resource) == ("PUT", "/v1/a", "/v1/{proxy+}")
    assert event.path_parameters == {"proxy": "a"}
    assert event.resolved_query_string_parameters == {"b": ["c"]}
    assert event.stage_variables == {}
    assert event.is_base64_encoded is True
    assert event.body == "AP8="
    assert (context.stage, context.account_id, context.protocol) == (
        "local",
        "0" * 12,
        "HTTP/1.1",
    )
    assert context.identity.user_agent == "hoist/1"
    assert context.request_time_epoch > 0
    assert context.authorizer.claims == {}
