"""Clients of the emulator, each made at the first call that needs it.

hoist.aws is for the product, whose calls go where the environment says. Here the endpoint is
fixed to what was checked to be on this machine, and botocore is loaded as late as possible.
"""

import threading
from typing import TYPE_CHECKING, Any

from local.provider.aws.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# The emulator is one process on this machine: it answers soon or it is not there.
CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 30
MAX_CONNECTIONS = 64


class Clients:
    """Clients for one configuration, shared by all threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._session: Any = None
        self._made: dict[str, Any] = {}

    def s3(self) -> "S3Client":
        """S3, with the bucket in the path."""
        client: S3Client = self._client("s3")
        return client

    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    def kms(self) -> "KMSClient":
        """Key management."""
        client: KMSClient = self._client("kms")
        return client

    def sqs(self) -> "SQSClient":
        """Queues."""
        client: SQSClient = self._client("sqs")
        return client

    def iam(self) -> "IAMClient":
        """Roles and policies."""
        client: IAMClient = self._client("iam")
        return client

    def logs(self) -> "CloudWatchLogsClient":
        """Log groups."""
        client: CloudWatchLogsClient = self._client("logs")
        return client

    def lambda_functions(self) -> "LambdaClient":
        """Functions."""
        client: LambdaClient = self._client("lambda")
        return client

    def api_gateway(self) -> "APIGatewayClient":
        """REST APIs."""
        client: APIGatewayClient = self._client("apigateway")
        return client

    def events(self) -> "EventBridgeClient":
        """Rules and their targets."""
        client: EventBridgeClient = self._client("events")
        return client

    def cloudwatch(self) -> Any:
        """Alarms and dashboards."""
        return self._client("cloudwatch")

    def secretsmanager(self) -> Any:
        """Secrets."""
        return self._client("secretsmanager")

    def sts(self) -> Any:
        """Who the caller is."""
        return self._client("sts")

    def _client(self, service: str) -> Any:
        # One at a time: a botocore session is not made for threads, its clients are.
        with self._lock:
            if service not in self._made:
                self._made[service] = self._make(service)
            return self._made[service]

    def _make(self, service: str) -> Any:
        from botocore.config import Config
        from botocore.session import Session

        settings = self.settings
        if self._session is None:
            keys = settings.credentials
            self._session = Session()
            self._session.set_credentials(
                keys.access_key_id,
                keys.secret_access_key.reveal(),
                keys.session_token.reveal() if keys.session_token else None,
            )
        return self._session.create_client(
            service,
            region_name=settings.region,
            endpoint_url=settings.endpoints[service],
            config=Config(
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                read_timeout=READ_TIMEOUT_SECONDS,
                max_pool_connections=MAX_CONNECTIONS,
                # None would take the environment's proxy, which is not on this machine.
                proxies={},
                s3={"addressing_style": "path"},
            ),
        )
