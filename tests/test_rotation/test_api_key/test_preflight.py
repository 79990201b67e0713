"""The preflight of a key's rotation: what cannot work is told before anything changes."""

import pytest

from api_key_issuer import WRONG_HOST
from api_key_site import API_KEY, ApiKeySite, key_document, label_of
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from rotation.errors import FailureKind, RotationPolicyError, SecretSchemaError
from rotation.strategy import Strategy
from rotation_site import DRAFT


@pytest.fixture
def strategy(site: ApiKeySite) -> Strategy:
    return site.strategies[API_KEY]()


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"key": "CANARY-wrong"}, FailureKind.AUTHENTICATION),
        ({"key_id": "key_9"}, FailureKind.POLICY),
        ({"admin_secret": "app/nothing"}, FailureKind.SCHEMA),
        ({"admin_secret": "app/key"}, FailureKind.SCHEMA),
        ({"key_name": "CANARY/name"}, FailureKind.SCHEMA),
    ],
)
def test_nothing_changes_when_the_secret_is_wrong(
    site: ApiKeySite, changed: dict[str, str], kind: FailureKind
) -> None:
    """What would fail later fails in the preflight, by its kind; no key is even made."""
    refused_before_anything(site, site.rotating(key_document(site.shop, **changed)), kind)


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"token": "CANARY-wrong"}, FailureKind.AUTHENTICATION),
        ({"token": "CANARY\nx: y"}, FailureKind.SCHEMA),
        ({"ca_certificate": None}, FailureKind.TLS),
        ({"ca_certificate": "CANARY"}, FailureKind.SCHEMA),
        ({"issuer_url": "https://localhost:1/v1"}, FailureKind.NETWORK),
        ({"issuer_url": "https://no-such-host.invalid"}, FailureKind.NETWORK),
        ({"issuer_url": "https://localhost:{port}/v2"}, FailureKind.STATE),
        ({"issuer_url": "http://localhost:{port}/v1"}, FailureKind.SCHEMA),
        ({"issuer_url": f"https://{WRONG_HOST}:{{port}}/v1"}, FailureKind.TLS),
    ],
)
def test_nothing_changes_when_the_issuer_cannot_be_used(
    site: ApiKeySite, changed: dict[str, str | None], kind: FailureKind
) -> None:
    """Network, TLS and the administrator's token are tried before anything changes."""
    assert site.issuer
    port = str(site.issuer.port)
    site.admin_secret(
        **{name: text and text.replace("{port}", port) for name, text in changed.items()}
    )

    refused_before_anything(site, site.rotating(), kind)


def test_no_place_for_a_key(site: ApiKeySite) -> None:
    """An issuer that has no place left, even after orphans are revoked, is not asked for a key."""
    site.shop.places = 1

    refused_before_anything(site, site.rotating(), FailureKind.POLICY)


def test_last_place_is_that_of_an_orphan(site: ApiKeySite) -> None:
    """Where only two places exist the orphan makes room."""
    arn = site.rotating()
    site.shop.add(label_of(arn, "orphan"))
    site.shop.places = 2

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_1", "key_3"]


def refused_before_anything(site: ApiKeySite, arn: str, kind: FailureKind) -> None:
    live = site.shop.live()

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert outcome.failure.message.startswith(f"{kind}/")
    assert "CANARY" not in outcome.failure.message
    assert "put_secret_value" not in site.calls
    assert {asked.method for asked in site.shop.asked} <= {"GET"}
    assert site.shop.live() == live


def test_secret_without_a_value(strategy: Strategy) -> None:
    """Without a value nobody knows which issuer to ask."""
    with pytest.raises(SecretSchemaError, match="no value"):
        strategy.preflight(None, DRAFT)


def test_key_of_another_id(site: ApiKeySite, strategy: Strategy) -> None:
    """A key that the issuer knows by another id than the secret does is refused."""
    with pytest.raises(RotationPolicyError, match="another id"):
        strategy.preflight(Secret(key_document(site.shop, key_id="key_9")), DRAFT)
