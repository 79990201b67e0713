"""IAM's part of the gateway: who has signed the one request that must be signed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local.front.authorization import forbidden
from local.front.errors import LocalKeyError
from local.front.event import TOKENS, decoded_path, resource_of
from local.front.http_messages import Request
from local.front.local_credentials import read_local_key
from local.front.signatures import Verifier

USER = "local"
_NOTHING: Mapping[str, str] = {}

log = logging.getLogger(__name__)


def local_user_arn(account: str) -> str:
    """The IAM identity of whoever has the local key pair."""
    return f"arn:aws:iam::{account}:user/{USER}"


@dataclass(frozen=True, slots=True)
class LocalIam:
    """Implements gateway.Iam for the owner of the local key pair, and nobody else."""

    key_file: Path
    region: str
    account: str

    def identity(self, request: Request, *, now: datetime) -> Mapping[str, str]:
        if request.head.method != "POST" or resource_of(decoded_path(request)) != TOKENS:
            return _NOTHING
        try:
            # Anew each time: it is seldom, and `hoist local` may have made another one.
            key = read_local_key(self.key_file)
        except LocalKeyError as error:
            log.warning("local_key_unusable: %s", error)
            raise forbidden("The security token included in the request is invalid.") from error
        Verifier(key, self.region).verify(request, now=now)
        return {
            "accessKey": key.access_key_id,
            "accountId": self.account,
            "caller": key.access_key_id,
            "user": key.access_key_id,
            "userArn": local_user_arn(self.account),
        }
