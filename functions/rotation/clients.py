"""Clients that give up before the function's time is over, so that the log can name the cause."""

from functools import cache
from typing import Any

from hoist.aws import Aws, AwsCredentials

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 5
# Secrets Manager does the whole rotation again anyway.
MAX_ATTEMPTS = 2


class ImpatientAws(Aws):
    """AWS for a function that somebody waits for."""

    @cache  # noqa: B019 - an Aws lives as long as its process
    def secrets_manager(self) -> Any:
        """Untyped: its users say which calls they make."""
        return self._client("secretsmanager")

    @cache  # noqa: B019
    def iam(self) -> Any:
        return self._client("iam")

    def sts_as(self, somebody: AwsCredentials) -> Any:
        """Not kept: it is asked who somebody is, and the credentials need not live on."""
        # Of the session that there is already: another one would read all models of AWS anew.
        return self._client(
            "sts",
            aws_access_key_id=somebody.access_key_id,
            aws_secret_access_key=somebody.secret_access_key.reveal(),
        )

    def _client(self, service: str, **credentials: str) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        )
        return self._session.client(  # type: ignore[call-overload]
            service, endpoint_url=self._endpoint, config=config, **credentials
        )
