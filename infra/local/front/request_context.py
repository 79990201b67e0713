"""The requestContext of an event: which API was called, when, and by whom."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.front.event import decoded_path, resource_of
from local.front.http_messages import Request

# All that a caller without IAM, Cognito or an API key is.
_NOBODY = dict.fromkeys(
    ("accessKey", "accountId", "apiKey", "apiKeyId", "caller", "clientCert", "principalOrgId")
    + ("cognitoAuthenticationProvider", "cognitoAuthenticationType", "cognitoIdentityId")
    + ("cognitoIdentityPoolId", "user", "userArn")
)


@dataclass(frozen=True, slots=True)
class ApiIdentity:
    """The API that the front stands for. Its domain is a custom one: no stage is in its paths."""

    domain_name: str
    account: str = "000000000000"
    api_id: str = "local"
    stage: str = "local"


def request_context(request: Request, api: ApiIdentity, *, now: datetime) -> dict[str, Any]:
    """The context of one request, with a fresh request id."""
    path = decoded_path(request)
    request_id = str(uuid.uuid4())
    return {
        "accountId": api.account,
        "apiId": api.api_id,
        "domainName": api.domain_name,
        "domainPrefix": api.domain_name.partition(".")[0],
        "extendedRequestId": request_id,
        "httpMethod": request.head.method,
        "identity": {
            **_NOBODY,
            "sourceIp": request.client,
            "userAgent": next(iter(request.head.values("User-Agent")), None),
        },
        "path": path,
        "protocol": request.head.protocol,
        "requestId": request_id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "resourceId": "proxy",
        "resourcePath": resource_of(path),
        "stage": api.stage,
    }
