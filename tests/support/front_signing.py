"""Requests that are signed by hand (Signature Version 4), by nobody's library."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from local.front.head import RequestHead
from local.front.http_messages import Request

SIGNED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = AwsCredentials("HOISTLOCALAAAAAAAAAA", Secret("canary-of-the-key-pair"))
REGION = "us-east-1"
HOST = "127.0.0.1:4000"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is signed, and how; each part can be another one."""

    key: AwsCredentials = KEY
    at: datetime = SIGNED_AT
    method: str = "POST"
    path: str = "/v1/tokens"
    body: bytes = b'{"role": "viewer"}'
    region: str = REGION
    service: str = "execute-api"
    host: str = HOST
    scope_date: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further headers that are signed, with their names in lower case."""

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def request(self) -> Request:
        """As a client sends it."""
        headers = {**self._signed, "authorization": self.authorization}
        head = RequestHead(self.method, self.path, "HTTP/1.1", tuple(headers.items()))
        return Request(head, self.body, "127.0.0.1")

    @property
    def authorization(self) -> str:
        return (
            f"AWS4-HMAC-SHA256 Credential={self.key.access_key_id}/{self._scope}, "
            f"SignedHeaders={';'.join(sorted(self._signed))}, Signature={self.signature}"
        )

    @property
    def signature(self) -> str:
        canonical = "\n".join(
            (
                *(self.method, self.path, ""),
                *(f"{name}:{value}" for name, value in sorted(self._signed.items())),
                *("", ";".join(sorted(self._signed)), hashlib.sha256(self.body).hexdigest()),
            )
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(("AWS4-HMAC-SHA256", self._instant, self._scope, digest))
        key = f"AWS4{self.key.secret_access_key.reveal()}".encode()
        for part in (*self._scope.split("/"), text):
            key = hmac.digest(key, part.encode(), "sha256")
        return key.hex()

    @property
    def _signed(self) -> Mapping[str, str]:
        return {"host": self.host, "x-amz-date": self._instant, **self.more}

    @property
    def _instant(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def _scope(self) -> str:
        date = self.scope_date or f"{self.at:%Y%m%d}"
        return f"{date}/{self.region}/{self.service}/aws4_request"


def with_headers(request: Request, *headers: tuple[str, str]) -> Request:
    """The request with headers that nobody has signed behind its own."""
    return replace(request, head=replace(request.head, headers=(*request.head.headers, *headers)))


def without_header(request: Request, name: str) -> Request:
    kept = tuple(each for each in request.head.headers if each[0] != name)
    return replace(request, head=replace(request.head, headers=kept))
