"""Secrets whose value is a key of a real issuer, under rotation, and deaths on the way."""

import json
from dataclasses import dataclass
from typing import Any

from api_key_issuer import KeyShop, RunningIssuer
from hoist.secret import Secret
from rotation.choice import StrategyMakers
from rotation.steps import Stage
from rotation.strategies.api_key.access import issuer_access
from rotation.strategies.api_key.api_key import ApiKey
from rotation.strategies.api_key.document import api_key_document
from rotation.strategies.api_key.issuer import KeyIssuer
from rotation.strategies.api_key.rest_issuer import RestKeyIssuer
from rotation.strategy import Draft
from rotation.versions import SecretVersions
from rotation_crashes import CrashSite, Fate
from rotation_site import MORNING, RotationSite

API_KEY = "api-key"
ADMIN_SECRET = "app/issuer"
KEY_NAME = "app"


@dataclass
class ApiKeySite(RotationSite):
    """A rotation whose target is an issuer. The administrator's secret is there already."""

    issuer: RunningIssuer | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        assert self.issuer
        self.shop = self.issuer.open_shop(self.clock)
        self.store.create_secret(ADMIN_SECRET, self.issuer.admin_document())

    @property
    def strategies(self) -> StrategyMakers:
        return {**super().strategies, API_KEY: lambda: ApiKey(self.issuer_of, self.clock)}

    def issuer_of(self, admin_secret: str) -> KeyIssuer:
        """As it is wired, with the site's hooks around store and issuer."""
        versions = SecretVersions(self._faulty(self.store))
        access = issuer_access(versions.with_stage(admin_secret, Stage.CURRENT))
        return self._faulty(RestKeyIssuer(access, self.clock))

    def admin_secret(self, **changed: Any) -> None:
        """Change fields of the administrator's secret."""
        assert self.issuer
        held = self.store.secrets[ADMIN_SECRET].versions.values()
        next(iter(held)).value = self.issuer.admin_document(**changed)

    def rotating(self, document: str | None = None) -> str:
        """The ARN of a secret with a key that is in use."""
        return self.secret(document or key_document(self.shop), strategy=API_KEY)

    def documents(self, arn: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The current value and the one before."""
        values = (self.store.value(arn), self.store.value(arn, "AWSPREVIOUS"))
        return json.loads(values[0]), json.loads(values[1])


def label_of(arn: str, token: str) -> str:
    """What a key is called that a rotation of the secret has made."""
    return api_key_document(Secret(document())).label(Draft(arn, token, MORNING))


def document(**changed: Any) -> str:
    """A secret of a key; without fields of the key it has none yet."""
    fields = {"admin_secret": ADMIN_SECRET, "key_name": KEY_NAME} | changed
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def key_document(shop: KeyShop, label: str = "made by hand", **changed: Any) -> str:
    """A secret with a new key of the shop."""
    key_id, key = shop.add(label)
    return document(**({"key_id": key_id, "key": key} | changed))


# A name, and what the secret is like before the rotation.
SCENARIOS: dict[str, dict[str, Any]] = {
    "a key made by hand": {"key": True},
    "no overlap": {"key": True, "policy": {"overlap_hours": 0}},
    "no key": {"key": False},
    "a key with one before it": {"key": True, "replaced": True},
}


@dataclass
class KeyHolders:
    """Programs that read the secret anew at every request, or not since before the rotation."""

    site: ApiKeySite
    old: str

    def lets_in(self, value: str) -> bool:
        """Whoever has the current value is let in; with an overlap, whoever has the old one."""
        fields, old = json.loads(value), json.loads(self.old)
        is_open = "key" not in fields or self.site.shop.lets_in(fields["key"])
        has_overlap = "key" in old and "policy" not in old
        return is_open and (not has_overlap or self.site.shop.lets_in(old["key"]))

    def live_credentials(self, value: str | None) -> int:
        return len(self.site.shop.live())


@dataclass(kw_only=True)
class ApiKeyCrashSite(CrashSite):
    """A secret of an issuer's key under rotation."""

    issuer: RunningIssuer

    def __post_init__(self) -> None:
        self.site = site = ApiKeySite(issuer=self.issuer, has_mortal_engine=self.has_mortal_engine)
        self.shop = site.shop
        self.old = self._old(site.shop, **SCENARIOS[self.scenario])
        self.strategy = site.strategies[API_KEY]()
        self.probe = KeyHolders(site, self.old)
        self.arn = site.rotating(self.old)
        self.fate = Fate(site)

    def _old(
        self,
        shop: KeyShop,
        *,
        key: bool,
        replaced: bool = False,
        policy: dict[str, int] | None = None,
    ) -> str:
        if not key:
            return document(policy=policy)
        if not replaced:
            return key_document(shop, policy=policy)
        before, _ = shop.add("also made by hand")
        return key_document(
            shop,
            f"{KEY_NAME}/an-older-token",
            replaced_key_id=before,
            issued_at="2026-02-01T00:00:00+00:00",
        )
