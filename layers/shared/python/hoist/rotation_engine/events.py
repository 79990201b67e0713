"""Events in the shapes of CloudTrail's service events and of EventBridge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventName(StrEnum):
    """What CloudTrail calls the things that happen to rotations."""

    STARTED = "RotationStarted"
    SUCCEEDED = "RotationSucceeded"
    FAILED = "RotationFailed"
    ABANDONED = "RotationAbandoned"
    TEST_STARTED = "TestRotationStarted"
    TEST_SUCCEEDED = "TestRotationSucceeded"
    TEST_FAILED = "TestRotationFailed"


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What every event has."""

    event_id: str
    at: datetime
    arn: str

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


def service_event(facts: EventFacts, name: EventName, *, error_message: str = "") -> dict[str, Any]:
    """A service event of CloudTrail, as EventBridge delivers it."""
    record: dict[str, Any] = {
        "eventVersion": "1.08",
        "userIdentity": {
            "accountId": facts.account,
            "invokedBy": "secretsmanager.amazonaws.com",
        },
        "eventTime": _text(facts.at),
        "eventSource": "secretsmanager.amazonaws.com",
        "eventName": name.value,
        "awsRegion": facts.region,
        "sourceIPAddress": "secretsmanager.amazonaws.com",
        "userAgent": "secretsmanager.amazonaws.com",
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": {"SecretId": facts.arn},
        "eventID": facts.event_id,
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": facts.account,
        "eventCategory": "Management",
    }
    if error_message:
        record["errorMessage"] = error_message
    return _envelope(facts, "AWS Service Event via CloudTrail", record, resources=[])


def label_event(facts: EventFacts, *, name: str, label: str, version: str) -> dict[str, Any]:
    """The event with which the service tells that a label has moved."""
    detail = {"name": name, "labelUpdated": label, "versionId": version}
    return _envelope(facts, "Secret Label Updated", detail, resources=[facts.arn])


def _envelope(
    facts: EventFacts, detail_type: str, detail: Mapping[str, Any], *, resources: list[str]
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": facts.event_id,
        "detail-type": detail_type,
        "source": "aws.secretsmanager",
        "account": facts.account,
        "time": _text(facts.at),
        "region": facts.region,
        "resources": resources,
        "detail": detail,
    }


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
