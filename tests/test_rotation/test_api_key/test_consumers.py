"""Programs that use a key while it is rotated."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from api_key_issuer import RunningIssuer
from api_key_site import ADMIN_SECRET, API_KEY, ApiKeySite, key_document, label_of
from doctor_clients import CLIENTS, ClientSite
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from hoist.secrets.cached import Cached
from hoist.strict_json import json_fields
from rotation.steps import Stage
from rotation.strategies.api_key.access import issuer_access
from rotation.strategies.api_key.api_key import ApiKey
from rotation.strategies.api_key.rest_issuer import RestKeyIssuer
from rotation.versions import SecretVersions
from rotation_store import InMemorySecrets

pytestmark = pytest.mark.thorough


class KeyRefusedError(Exception):
    """The issuer lets nobody in with the key."""


class OneAtATime:
    """The store of one process, between threads."""

    def __init__(self, store: InMemorySecrets) -> None:
        self._store = store
        self._mutex = threading.Lock()

    def __getattr__(self, operation: str) -> Any:
        operate = getattr(self._store, operation)

        def call(*args: Any, **request: Any) -> Any:
            with self._mutex:
                return operate(*args, **request)

        return call


def test_nobody_is_refused(site: ApiKeySite, issuer: RunningIssuer) -> None:
    """While a key is rotated and orphans are revoked, 20 programs at once are never refused:
    neither those that read the secret before each request, nor those that read it once."""
    site.store = cast(InMemorySecrets, OneAtATime(site.store))
    arn = site.rotating(key_document(site.shop))
    site.shop.add(label_of(arn, "orphan"))
    are_at_work, has_ended = threading.Barrier(CLIENTS + 1, timeout=60), threading.Event()

    def key() -> Secret:
        return json_fields(Secret(site.store.value(arn)), "the value").secret("key")

    def times_refused(reads_anew: bool) -> int:
        keys = RestKeyIssuer(issuer_access(Secret(issuer.admin_document())), site.clock)
        held = key()
        refused = int(keys.verify(held) is None)
        are_at_work.wait()
        is_over = False
        while not is_over:
            # Once more when it has ended.
            is_over = has_ended.is_set()
            held = key() if reads_anew else held
            refused += keys.verify(held) is None
        return refused

    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(times_refused, bool(number % 2)) for number in range(CLIENTS)]
        are_at_work.wait()
        try:
            outcome = site.engine.rotate(arn)
        finally:
            has_ended.set()

    assert outcome.ending is Ending.SUCCEEDED
    assert sum(client.result() for client in clients) == 0
    assert site.shop.live() == ["key_1", "key_3"]


@pytest.mark.parametrize("overlap_hours", [2, 0])
def test_no_request_fails(issuer: RunningIssuer, tmp_path: Path, overlap_hours: int) -> None:
    """Twenty clients that keep the secret send a request at every point of a rotation, and none
    fails; with an overlap not one key is refused, without it the clients read anew."""
    site = ClientSite(tmp_path)
    shop, versions = issuer.open_shop(site.clock), SecretVersions(site.store)
    site.secret(issuer.admin_document(), "generated", name=ADMIN_SECRET)
    document = key_document(shop, policy={"overlap_hours": overlap_hours})
    arn = site.secret(document, API_KEY)
    verified = Counter[bool]()

    def keys_of(admin_secret: str) -> RestKeyIssuer:
        access = issuer_access(versions.with_stage(admin_secret, Stage.CURRENT))
        return RestKeyIssuer(access, site.clock)

    def show_key(value: Secret) -> None:
        is_good = keys_of(ADMIN_SECRET).verify(Secret(json.loads(value.reveal())["key"]))
        verified[bool(is_good)] += 1
        if not is_good:
            raise KeyRefusedError

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        cache.use(show_key, refused=KeyRefusedError)

    engine = site.engine({API_KEY: lambda: ApiKey(keys_of, site.clock)}, lambda event: None)
    with site.fleet(arn, request, fallbacks=ApiKey.traits.fallbacks) as fleet:
        fleet.rotate(site, engine, arn)

        assert fleet.failures == []
        assert fleet.sent > CLIENTS * 20
        assert bool(verified[False]) == (overlap_hours == 0)
