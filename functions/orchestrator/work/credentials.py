"""The function's own credentials, as this moment has them: they are renewed while it lives."""

from functools import cached_property
from typing import TYPE_CHECKING

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from orchestrator.work.errors import CredentialsMissingError

if TYPE_CHECKING:
    from boto3.session import Session


class FunctionCredentials:
    """Finds them as every AWS SDK does."""

    def present(self) -> AwsCredentials:
        """Raises CredentialsMissingError."""
        found = self._session.get_credentials()
        frozen = found.get_frozen_credentials() if found else None
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            raise CredentialsMissingError(
                "the worker has no AWS credentials", way_out="see the function's role"
            )
        return AwsCredentials(
            frozen.access_key,
            Secret(frozen.secret_key),
            Secret(frozen.token) if frozen.token else None,
        )

    @cached_property
    def _session(self) -> "Session":
        import boto3

        return boto3.Session()
