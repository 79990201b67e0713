"""Chains over a log of the state's stores: those of a laptop and of tests."""

from collections.abc import Sequence

from orchestrator.state.storage import Log, LogRecord


class LogChains:
    """Chains as logs; the end of one is found by reading it, which a directory does anyway."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def append(self, chain: str, record: LogRecord) -> None:
        self._log.append(_log_id(chain), record)

    def read(self, chain: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        return self._log.read(_log_id(chain), after_slot=after_slot, limit=limit)

    def last(self, chain: str) -> LogRecord | None:
        records = self._log.read(_log_id(chain))
        return records[-1] if records else None


def _log_id(chain: str) -> str:
    return f"audit/{chain}"
