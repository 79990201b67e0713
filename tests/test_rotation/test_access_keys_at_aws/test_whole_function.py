"""The function as it is wired, with its secrets and its users on one local AWS."""

import json

import pytest

from deployed_rotation import PendingVersions
from hoist.clock import SystemClock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.outcomes import Ending
from hoist.rotation_engine.tries import Tries
from rotation.choice import STRATEGY_TAG
from rotation.clients import ImpatientAws
from rotation.door import answer
from rotation.settings import RotationSettings
from rotation.wiring import rotation_with
from rotation_iam_site import IamSite, emulator_iam
from rotation_places import FUNCTION_ARN

pytestmark = [pytest.mark.emulator, pytest.mark.thorough]


def test_access_key_is_rotated(iam_url: str) -> None:
    """From the event to Secrets Manager, to IAM and STS, and back: two rotations leave the two
    youngest keys, both of which act as the user."""
    settings = RotationSettings(emulator_iam(iam_url))
    site = IamSite(aws=settings.aws)
    client = ImpatientAws(settings.aws).secrets_manager()
    arn = client.create_secret(
        Name=f"app/{site.user}",
        SecretString=site.document(policy={"old_key_unused_hours": 0}),
        Tags=[{"Key": STRATEGY_TAG, "Value": "iam-access-key"}],
    )["ARN"]
    client.rotate_secret(
        SecretId=arn,
        RotationLambdaARN=FUNCTION_ARN,
        RotationRules={"AutomaticallyAfterDays": 30},
    )
    engine = RotationEngine(
        client=client,
        placeholders=PendingVersions(client),
        handler=lambda event, context: answer(event, lambda: rotation_with(settings)),
        clock=SystemClock(),
        tries=Tries(at_most=1),
    )

    for _ in range(2):
        assert engine.rotate(arn).ending is Ending.SUCCEEDED

    values = [
        client.get_secret_value(SecretId=arn, VersionStage=label)["SecretString"]
        for label in ("AWSCURRENT", "AWSPREVIOUS")
    ]
    assert all(map(site.lets_in, values))
    assert site.key_ids() == sorted(json.loads(value)["access_key_id"] for value in values)
