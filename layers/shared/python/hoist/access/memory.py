"""A store of tokens in this process: nothing outlives it."""

from collections import Counter as Counts
from collections.abc import Sequence
from threading import Lock

from hoist.access.records import TokenRecord, decode_record, encode_record
from hoist.access.storage import Counter


class InMemoryAccess:
    """Implements AccessStorage; tokens are kept as they are on a disk."""

    def __init__(self, settings: str | None = None) -> None:
        self._settings = settings
        self._lock = Lock()
        self._tokens: dict[str, str] = {}
        self._counts = Counts[Counter]()

    def token(self, token_id: str) -> TokenRecord | None:
        with self._lock:
            text = self._tokens.get(token_id)
        return None if text is None else decode_record(token_id, text)

    def put_token(self, record: TokenRecord) -> None:
        with self._lock:
            self._tokens[record.id] = encode_record(record)

    def delete_token(self, token_id: str) -> None:
        with self._lock:
            self._tokens.pop(token_id, None)

    def tokens(self) -> Sequence[TokenRecord]:
        with self._lock:
            texts = sorted(self._tokens.items())
        return [decode_record(token_id, text) for token_id, text in texts]

    def count(self, counter: Counter, *, limit: int) -> bool:
        with self._lock:
            if self._counts[counter] >= limit:
                return False
            self._counts[counter] += 1
            return True

    def settings(self) -> str | None:
        return self._settings
