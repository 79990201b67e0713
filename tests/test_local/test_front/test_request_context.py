"""The context of a request."""

from datetime import UTC, datetime

from local.front.head import RequestHead
from local.front.http_messages import Request
from local.front.request_context import ApiIdentity, request_context

NOW = datetime(2026, 3, 9, 7, 5, 1, 250_000, tzinfo=UTC)
API = ApiIdentity("127.0.0.1:4000", account="111122223333")


def context_of(*headers: tuple[str, str]) -> dict[str, object]:
    head = RequestHead("PUT", "/v1/a%20b?c=d", "HTTP/1.1", headers)
    return request_context(Request(head, b"", "127.0.0.1"), API, now=NOW)


def test_it_says_which_api_when_and_by_whom() -> None:
    """The context names the API, the resource, the instant in both forms, and the caller."""
    context = context_of(("user-agent", "hoist/1"))

    assert context["requestId"] == context["extendedRequestId"]
    del context["requestId"], context["extendedRequestId"]
    identity = context.pop("identity")
    assert context == {
        "accountId": "111122223333",
        "apiId": "local",
        "domainName": "127.0.0.1:4000",
        "domainPrefix": "127",
        "httpMethod": "PUT",
        "path": "/v1/a b",
        "protocol": "HTTP/1.1",
        "requestTime": "09/Mar/2026:07:05:01 +0000",
        "requestTimeEpoch": 1773039901250,
        "resourceId": "proxy",
        "resourcePath": "/v1/{proxy+}",
        "stage": "local",
    }
    assert isinstance(identity, dict)
    known = {name: value for name, value in identity.items() if value is not None}
    assert known == {"sourceIp": "127.0.0.1", "userAgent": "hoist/1"}


def test_each_request_has_an_id_of_its_own() -> None:
    """Two requests are told apart, however alike."""
    assert context_of()["requestId"] != context_of()["requestId"]
