"""The doctor asks the issuer of an API key, and twenty clients have theirs rotated."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from api_key_issuer import KeyShop, RunningIssuer, running_issuer
from api_key_site import ADMIN_SECRET, API_KEY, key_document
from doctor_clients import ClientSite
from doctor_site import DoctorSite
from hoist.cli.exit_codes import ExitCode
from hoist.secrets.cached import Cached
from rotation.commands.targets import strategies_over
from rotation.settings import RotationSettings
from rotation.steps import Stage
from rotation.strategies.api_key.api_key import ApiKey
from rotation.strategies.api_key.document import key_in
from rotation.versions import SecretVersions

NAME = "app/key"


@pytest.fixture(scope="module")
def issuer() -> Iterator[RunningIssuer]:
    with running_issuer() as running:
        yield running


def test_key_that_was_revoked_by_hand(issuer: RunningIssuer, tmp_path: Path) -> None:
    """After a revoked key the one before it is current again; the same store has both secrets."""
    site = DoctorSite(tmp_path)
    shop: KeyShop = issuer.open_shop(site.clock)
    site.secret(ADMIN_SECRET, issuer.admin_document())
    site.secret(NAME, key_document(shop), API_KEY)
    assert site.run("rotate", NAME).exit_code == ExitCode.OK
    assert site.run("doctor", NAME).exit_code == ExitCode.OK

    shop.revoke(site.json_value(NAME)["key_id"])

    assert site.ailments(NAME) == ["current_refused"]
    assert site.run("doctor", NAME, "--apply").exit_code == ExitCode.OK


def test_no_client_is_refused(issuer: RunningIssuer, tmp_path: Path) -> None:
    """A key that was read before the rotation is good as long as the overlap lasts."""
    site = ClientSite(tmp_path)
    shop = issuer.open_shop(site.clock)
    site.secret(issuer.admin_document(), "generated", name=ADMIN_SECRET)
    arn = site.secret(key_document(shop), API_KEY, name=NAME)
    versions = SecretVersions(site.store)

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        issued = key_in(cache.value())
        assert issued
        assert shop.lets_in(issued.key.reveal())

    makers = strategies_over(
        lambda secret_id: versions.with_stage(secret_id, Stage.CURRENT),
        RotationSettings(),
        site.clock,
    )
    with site.fleet(arn, request, fallbacks=ApiKey.traits.fallbacks) as fleet:
        for _ in range(2):
            fleet.rotate(site, site.engine(makers, fleet.hear), arn)
            site.clock.advance(timedelta(hours=3).total_seconds())

        assert fleet.failures == []
