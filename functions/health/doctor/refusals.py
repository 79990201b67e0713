"""Clients that remember what AWS did not let their caller do."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from health.clients import WatchfulAws
from hoist.aws import AwsSettings

_REFUSED = frozenset(
    {"AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedOperation", "403"}
)
# Where a policy names an action, or a service, otherwise than its call.
_SERVICES = {"tagging": "tag"}
_ACTIONS = {
    ("s3", "GetBucketEncryption"): "GetEncryptionConfiguration",
    ("s3", "GetPublicAccessBlock"): "GetBucketPublicAccessBlock",
    ("s3", "ListObjectsV2"): "ListBucket",
}


class CallersAws(WatchfulAws):
    """AWS as the caller may see it."""

    def __init__(self, settings: AwsSettings) -> None:
        super().__init__(settings)
        self._refused: set[str] = set()

    @property
    def region(self) -> str:
        """The region that was named, or that the caller's profile has; empty if there is none."""
        return str(self._session.region_name or "")

    @property
    def refused(self) -> tuple[str, ...]:
        """The actions that were refused so far, as policies name them."""
        return tuple(sorted(self._refused))

    @cache  # noqa: B019 - an Aws lives as long as its process
    def looked_at(self, service: str) -> Any:
        client = super().looked_at(service)
        client.meta.events.register("after-call", self._note)
        return client

    def _note(self, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
        if str(parsed.get("Error", {}).get("Code", "")) in _REFUSED:
            self._refused.add(action_of(model.service_model.signing_name, model.name))


def action_of(service: str, operation: str) -> str:
    """The action by which a policy allows a call."""
    action = _ACTIONS.get((service, operation), operation)
    return f"{_SERVICES.get(service, service)}:{action}"
