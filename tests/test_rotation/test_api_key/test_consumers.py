"""Programs that use a key while it is rotated."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from api_key_issuer import RunningIssuer
from api_key_site import KEY_NAME, ApiKeySite, key_document
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from hoist.strict_json import json_fields
from rotation.strategies.api_key.access import issuer_access
from rotation.strategies.api_key.rest_issuer import RestKeyIssuer
from rotation_store import InMemorySecrets

CLIENTS = 20


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
    site.shop.add(f"{KEY_NAME}/orphan")
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
