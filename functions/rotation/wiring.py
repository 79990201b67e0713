"""The one place that names real adapters. Made on the first event, then kept warm."""

from functools import cache

from hoist.aws import AwsSettings
from hoist.clock import Clock, SystemClock
from rotation.choice import StrategyMakers
from rotation.clients import ImpatientAws
from rotation.rotation import Rotation
from rotation.settings import RotationSettings
from rotation.steps import Stage
from rotation.strategies.generated import GeneratedValue
from rotation.strategies.iam_access_key import IamAccessKey
from rotation.strategies.signing_keys import SigningKeys
from rotation.strategies.user_keys import IamUserKeys
from rotation.strategy import Strategy
from rotation.versions import SecretVersions


@cache
def rotation() -> Rotation:
    """The rotation of this process."""
    return rotation_with(RotationSettings.of_this_process())


def rotation_with(settings: RotationSettings) -> Rotation:
    """A rotation of the secrets in AWS."""
    versions = SecretVersions(ImpatientAws(settings.aws).secrets_manager())
    clock = SystemClock()
    return Rotation(versions=versions, strategies=strategies(settings, clock), clock=clock)


def strategies(settings: RotationSettings, clock: Clock) -> StrategyMakers:
    """Every strategy there is, by the name that secrets use."""
    return {
        "api-key": lambda: _api_key(settings.aws, clock),
        "generated": GeneratedValue,
        "iam-access-key": lambda: IamAccessKey(user_keys(settings.aws), clock),
        "postgres-alternating-users": lambda: _postgres_alternating_users(settings),
        "postgres-single-user": lambda: _postgres_single_user(settings),
        "signing-keys": SigningKeys,
    }


# The driver is imported only where a secret is a database's: that takes as long as all the rest.
def _postgres_single_user(settings: RotationSettings) -> Strategy:
    from rotation.strategies.postgres.driver import PostgresServers
    from rotation.strategies.postgres.single_user import PostgresSingleUser

    return PostgresSingleUser(PostgresServers(settings.postgres_authorities_file))


def _postgres_alternating_users(settings: RotationSettings) -> Strategy:
    from rotation.strategies.postgres.alternating_users import PostgresAlternatingUsers
    from rotation.strategies.postgres.driver import PostgresServers

    return PostgresAlternatingUsers(
        PostgresServers(settings.postgres_authorities_file),
        lambda secret_id: secret_versions(settings.aws).with_stage(secret_id, Stage.CURRENT),
    )


def _api_key(aws: AwsSettings, clock: Clock) -> Strategy:
    from rotation.strategies.api_key.access import issuer_access
    from rotation.strategies.api_key.api_key import ApiKey
    from rotation.strategies.api_key.rest_issuer import RestKeyIssuer

    def issuer_of(admin_secret: str) -> RestKeyIssuer:
        access = issuer_access(secret_versions(aws).with_stage(admin_secret, Stage.CURRENT))
        return RestKeyIssuer(access, clock)

    return ApiKey(issuer_of, clock)


@cache
def secret_versions(aws: AwsSettings) -> SecretVersions:
    """The versions of this account's secrets, for strategies that read another one."""
    return SecretVersions(ImpatientAws(aws).secrets_manager())


@cache
def user_keys(aws: AwsSettings) -> IamUserKeys:
    """The access keys of this account's users."""
    clients = ImpatientAws(aws)
    return IamUserKeys(clients.iam(), sts_with=clients.sts_as)
