"""Strategies and probes over one store, those included that read a second secret of it."""

from collections.abc import Callable

from hoist.clock import Clock
from hoist.secret import Secret
from rotation import wiring
from rotation.choice import StrategyMakers
from rotation.doctor.probes import AccessKeyProbe, Probe, Probes
from rotation.settings import RotationSettings
from rotation.strategy import Strategy

ReadSecret = Callable[[str], Secret | None]
"""The current value of another secret in the same store; None if there is none."""


def strategies_over(read: ReadSecret, settings: RotationSettings, clock: Clock) -> StrategyMakers:
    """The function's own strategies, with masters and administrators from where `read` looks."""
    return {
        **wiring.strategies(settings, clock),
        "api-key": lambda: _api_key(read, clock),
        "postgres-alternating-users": lambda: _alternating_users(read, settings),
    }


def probes_over(read: ReadSecret, settings: RotationSettings, clock: Clock) -> Probes:
    """How the targets of strategies are asked; generated values and key sets have none."""
    return {
        "api-key": lambda: _api_key_probe(read, clock),
        "iam-access-key": lambda: AccessKeyProbe(wiring.user_keys(settings.aws)),
        "postgres-alternating-users": lambda: _alternating_users_probe(settings),
        "postgres-single-user": lambda: _single_user_probe(settings),
    }


# Drivers are imported only where a secret needs them.
def _api_key(read: ReadSecret, clock: Clock) -> Strategy:
    from rotation.strategies.api_key.access import issuer_access
    from rotation.strategies.api_key.api_key import ApiKey
    from rotation.strategies.api_key.rest_issuer import RestKeyIssuer

    return ApiKey(lambda admin: RestKeyIssuer(issuer_access(read(admin)), clock), clock)


def _api_key_probe(read: ReadSecret, clock: Clock) -> Probe:
    from rotation.doctor.api_key_probe import ApiKeyProbe
    from rotation.strategies.api_key.access import issuer_access
    from rotation.strategies.api_key.rest_issuer import RestKeyIssuer

    return ApiKeyProbe(lambda admin: RestKeyIssuer(issuer_access(read(admin)), clock))


def _alternating_users(read: ReadSecret, settings: RotationSettings) -> Strategy:
    from rotation.strategies.postgres.alternating_users import PostgresAlternatingUsers
    from rotation.strategies.postgres.driver import PostgresServers

    return PostgresAlternatingUsers(PostgresServers(settings.postgres_authorities_file), read)


def _alternating_users_probe(settings: RotationSettings) -> Probe:
    from rotation.doctor.postgres_probe import PostgresProbe, acting_user_of
    from rotation.strategies.postgres.driver import PostgresServers

    return PostgresProbe(PostgresServers(settings.postgres_authorities_file), acting_user_of)


def _single_user_probe(settings: RotationSettings) -> Probe:
    from rotation.doctor.postgres_probe import PostgresProbe, single_user_of
    from rotation.strategies.postgres.driver import PostgresServers

    return PostgresProbe(PostgresServers(settings.postgres_authorities_file), single_user_of)
