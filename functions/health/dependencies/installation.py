"""How infra names the parts of an installation, as far as their names alone lead to them."""

ROLES = ("orchestrator-api", "orchestrator-worker", "health", "rotation")
_PREFIX = "hoist-"


def functions_of(installation: str) -> tuple[str, ...]:
    """The names of all its functions."""
    return tuple(f"{installation}-{role}" for role in ROLES)


def environment_of(installation: str) -> str:
    """The environment that an installation is for."""
    return installation.removeprefix(_PREFIX)


def installation_of(environment: str) -> str:
    """The installation of an environment, or the one that is named in full."""
    return environment if environment.startswith(_PREFIX) else f"{_PREFIX}{environment}"


def secrets_prefix(installation: str) -> str:
    """What the names of the secrets begin with that its rotation function may touch."""
    return f"hoist/{environment_of(installation)}/"
