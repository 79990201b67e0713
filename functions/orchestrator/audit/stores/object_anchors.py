"""Anchors over the objects of the state's stores: for a laptop and for tests, without a lock."""

from collections.abc import Iterator
from contextlib import suppress

from orchestrator.audit.anchors import anchor_key, chain_prefix, key_before
from orchestrator.audit.heads import SignedHead, encode_signed_head, signed_head
from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.storage import Objects


class ObjectAnchors:
    """Heads as objects."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def keep(self, signed: SignedHead) -> None:
        with suppress(ObjectChangedError):
            self._objects.put(anchor_key(signed.head), encode_signed_head(signed), if_etag=None)

    def newest_first(self, chain: str, *, below: int = 0) -> Iterator[SignedHead]:
        start = key_before(chain, below)
        for version in self._objects.list(chain_prefix(chain)):
            if version.key > start and (found := self._objects.get(version.key)):
                yield signed_head(found.body)
