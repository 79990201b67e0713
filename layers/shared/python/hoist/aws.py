"""The one door to AWS clients: adapters receive clients from here and never make their own."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from hoist.secret import Secret

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from hoist.secrets.client import SecretsClient

# A call that has not connected after this long will not; one that has may still be answering.
CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 20
# A queue may keep a reader waiting for 20 s before it says that there is nothing.
QUEUE_READ_TIMEOUT_SECONDS = 30
# The longest that a function may run.
FUNCTION_TIMEOUT_SECONDS = 900
# The engine tries a journal batch for 7 s in all; five quick tries of ours fit into that.
MAX_ATTEMPTS = 5
# The state service answers several engine connections at once.
MAX_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class AwsCredentials:
    """Credentials as AWS SDKs know them."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where AWS is. What is not given, boto3 finds as every SDK does: environment, files, role."""

    region: str | None = None
    endpoint_url: str | None = None
    credentials: AwsCredentials | None = None

    def as_environment(self) -> dict[str, str]:
        """Region and endpoint as the SDKs of other processes read them; no credentials."""
        environment: dict[str, str] = {}
        if self.region:
            environment |= {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        if self.endpoint_url:
            environment["AWS_ENDPOINT_URL"] = self.endpoint_url
        return environment


class Aws:
    """Clients of one account and region, each made on first use and shared between threads."""

    def __init__(self, settings: AwsSettings = AwsSettings()) -> None:  # noqa: B008 - frozen
        self._settings = settings

    @cache  # noqa: B019 - an Aws lives as long as its process
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self._endpoint, config=_config())

    @cache  # noqa: B019
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self._endpoint, config=_config())

    @cache  # noqa: B019
    def kms(self) -> "KMSClient":
        return self._session.client("kms", endpoint_url=self._endpoint, config=_config())

    @cache  # noqa: B019
    def sqs(self) -> "SQSClient":
        config = _config(read_timeout_seconds=QUEUE_READ_TIMEOUT_SECONDS)
        return self._session.client("sqs", endpoint_url=self._endpoint, config=config)

    @cache  # noqa: B019
    def lambda_functions(
        self, *, answer_timeout_seconds: float = FUNCTION_TIMEOUT_SECONDS
    ) -> "LambdaClient":
        """Tries each call once: a function whose answer is late would run a second time."""
        config = _config(read_timeout_seconds=answer_timeout_seconds, max_attempts=1)
        return self._session.client("lambda", endpoint_url=self._endpoint, config=config)

    @cache  # noqa: B019
    def secretsmanager(self) -> "SecretsClient":
        client: SecretsClient = self._session.client(
            "secretsmanager", endpoint_url=self._endpoint, config=_config()
        )
        return client

    @cache  # noqa: B019
    def cloudformation(self) -> Any:
        """Untyped: whoever uses it says which calls it makes."""
        return self._session.client("cloudformation", endpoint_url=self._endpoint, config=_config())

    @property
    def _endpoint(self) -> str | None:
        return self._settings.endpoint_url

    @cached_property
    def _session(self) -> "Session":
        import boto3

        credentials = self._settings.credentials
        if credentials is None:
            return boto3.Session(region_name=self._settings.region)
        token = credentials.session_token
        return boto3.Session(
            region_name=self._settings.region,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key.reveal(),
            aws_session_token=token.reveal() if token else None,
        )


def _config(
    *, read_timeout_seconds: float = READ_TIMEOUT_SECONDS, max_attempts: int = MAX_ATTEMPTS
) -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": max_attempts},
        max_pool_connections=MAX_CONNECTIONS,
    )
