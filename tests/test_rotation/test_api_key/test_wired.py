"""The strategy as it is wired: from the event to Secrets Manager, to the issuer and back."""

import json

from moto import mock_aws

from api_key_issuer import RunningIssuer
from api_key_site import API_KEY, document
from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.clients import ImpatientAws
from rotation.settings import RotationSettings
from rotation.wiring import secret_versions, strategies
from rotation_site import DRAFT, MORNING

SETTINGS = RotationSettings(
    AwsSettings("eu-central-1", credentials=AwsCredentials("test", Secret("test")))
)


def test_administrators_secret_is_read_from_secrets_manager(issuer: RunningIssuer) -> None:
    """The wired strategy finds its issuer in the secret that the document names."""
    shop = issuer.open_shop(FixedClock(MORNING))
    secret_versions.cache_clear()
    with mock_aws():
        client = ImpatientAws(SETTINGS.aws).secrets_manager()
        client.create_secret(Name="app/issuer", SecretString=issuer.admin_document())
        strategy = strategies(SETTINGS, FixedClock(MORNING))[API_KEY]()

        made = strategy.create(Secret(document()), DRAFT)

    assert shop.lets_in(json.loads(made.reveal())["key"])
