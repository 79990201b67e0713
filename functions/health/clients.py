"""Clients that give up early: who asks how things are cannot wait for them to be well."""

from functools import cache
from typing import Any

from health.call_tally import CallTally, CountedClients
from hoist.aws import Aws

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
MAX_ATTEMPTS = 2


class WatchfulAws(Aws):
    """AWS for who only looks. Its clients are untyped: their users say which calls they make."""

    @cache  # noqa: B019 - an Aws lives as long as its process
    def looked_at(self, service: str) -> Any:
        """A client of any service."""
        return self._client(service)

    def counted_by(self, tally: CallTally) -> CountedClients:
        """Clients of their own for whoever wants to know what calls they make."""
        return CountedClients(self._client, tally)

    @cache  # noqa: B019
    def cloudwatch(self) -> Any:
        """Tries each call once: the reader counts its calls, and pauses between them itself."""
        return self._client("cloudwatch", max_attempts=1)

    def _client(self, service: str, *, max_attempts: int = MAX_ATTEMPTS) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": max_attempts},
        )
        return self._session.client(service, endpoint_url=self._endpoint, config=config)  # type: ignore[call-overload]
