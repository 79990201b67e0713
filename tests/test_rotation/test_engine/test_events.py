"""What a listener hears, in the shapes of CloudTrail and EventBridge."""

from typing import Any

import pytest

from rotation.errors import RotationPolicyError
from rotation_site import RotationSite
from rotation_store import ARN_PREFIX


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def test_successful_rotation(site: RotationSite) -> None:
    """A rotation is told of at its start, when the label has moved, and at its end."""
    site.engine.rotate(site.secret())

    assert site.event_names == ["RotationStarted", "AWSCURRENT", "RotationSucceeded"]


def test_service_event_has_cloudtrails_shape(site: RotationSite) -> None:
    """A service event comes in EventBridge's envelope, with the ARN where CloudTrail puts it."""
    arn = site.secret()

    site.engine.rotate(arn)

    started: dict[str, Any] = dict(site.events[0])
    record = started["detail"]
    assert (started["source"], started["detail-type"]) == (
        "aws.secretsmanager",
        "AWS Service Event via CloudTrail",
    )
    assert (started["account"], started["region"]) == ("123456789012", "us-east-1")
    assert started["time"] == record["eventTime"] == "2026-03-02T08:00:00Z"
    assert record["eventSource"] == "secretsmanager.amazonaws.com"
    assert record["eventType"] == "AwsServiceEvent"
    assert record["additionalEventData"] == {"SecretId": arn}
    assert "errorMessage" not in record


def test_label_event_has_the_services_own_shape(site: RotationSite) -> None:
    """The event that invalidates caches names secret, label and version, and no value."""
    arn = site.secret()

    outcome = site.engine.rotate(arn)

    event = site.events[1]
    assert event["detail-type"] == "Secret Label Updated"
    assert event["resources"] == [arn]
    assert event["detail"] == {
        "name": "app/key",
        "labelUpdated": "AWSCURRENT",
        "versionId": outcome.token,
    }


def test_failure_has_the_functions_words(site: RotationSite) -> None:
    """A failed rotation tells the text of the function's error and the step."""
    site.strategy.failing["set"] = RotationPolicyError("refused by the target")

    site.engine.rotate(site.secret())

    assert site.event_names == ["RotationStarted", "RotationFailed"]
    message = site.events[-1]["detail"]["errorMessage"]
    assert message == "policy/rotation_policy: refused by the target during setSecret step"


@pytest.mark.parametrize(
    ("works", "end"), [(True, "TestRotationSucceeded"), (False, "TestRotationFailed")]
)
def test_test_mode_has_its_own_events(site: RotationSite, works: bool, end: str) -> None:
    """Test mode tells its start and its end under names of their own."""
    if not works:
        site.strategy.failing["preflight"] = RotationPolicyError("no")

    site.engine.test(site.secret())

    assert site.event_names == ["TestRotationStarted", end]


def test_events_have_ids_of_their_own(site: RotationSite) -> None:
    """No two events have the same id, and each is about the secret's own ARN."""
    site.engine.rotate(site.secret())

    assert len({event["id"] for event in site.events}) == len(site.events)
    assert all(ARN_PREFIX in str(event) for event in site.events)
