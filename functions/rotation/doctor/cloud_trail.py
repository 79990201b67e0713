"""The log of rotations at AWS: what CloudTrail has kept of the last ninety days."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol

from hoist.rotation_engine.events import EventName
from rotation.doctor.asking import asking
from rotation.doctor.log import LogEntry, entry_in

# CloudTrail answers two look-ups in a second, and cannot look for one secret's events.
_PAGES_AT_MOST = 4
_TOLD = (EventName.STARTED, EventName.FAILED, EventName.SUCCEEDED, EventName.ABANDONED)


class TrailClient(Protocol):
    """The operation of a CloudTrail client that the log uses."""

    def lookup_events(self, *args: Any, **request: Any) -> Any: ...


class CloudTrailLog:
    """The youngest pages of each kind of event, read once: enough for what is going on now."""

    def __init__(self, client: TrailClient) -> None:
        self._client = client

    def entries(self, arn: str) -> Sequence[LogEntry]:
        """Raises SecretsDeniedError, SecretsUnavailableError."""
        found = [entry for each in self._documents if (entry := entry_in(each, arn))]
        return sorted(found, key=lambda entry: entry.at)

    @cached_property
    def _documents(self) -> Sequence[str]:
        return [document for name in _TOLD for document in self._pages(name)]

    def _pages(self, name: EventName) -> Iterator[str]:
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name.value}]
        }
        for _ in range(_PAGES_AT_MOST):
            with asking("LookupEvents"):
                answer = self._client.lookup_events(**request)
            yield from (event["CloudTrailEvent"] for event in answer["Events"])
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]
