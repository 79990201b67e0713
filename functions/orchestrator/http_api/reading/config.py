"""Config values of a stack. A secret one is shown only to who asks for it."""

from collections.abc import Sequence

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.needs import OnStack
from orchestrator.http_api.routes import STACK, Route
from orchestrator.http_api.segments import unquoted
from orchestrator.stack_config.keys import ConfigKeyError
from orchestrator.stack_config.values import ConfigNotSetError, StackConfig
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue
from orchestrator.state.secret_values import SECRET_TEXT
from orchestrator.state.stack_keys import ForeignSecretsError


class ConfigReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        one = [ConfigNotSetError, ConfigKeyError, ForeignSecretsError]
        return (
            Route(
                "GET",
                f"{STACK}/config",
                self.list_config,
                OnStack(Permission.READ),
                "Config",
            ),
            Route(
                "GET",
                f"{STACK}/config/<key>",
                self.show_config,
                OnStack(Permission.READ, secrets_by="show_secret"),
                "NamedConfigValue",
                refusals=one,
            ),
        )

    def list_config(self, project: str, stack: str) -> Answer:
        """List the config of a stack; secret values read [secret]."""
        values = self._config(project, stack).values()
        config = {
            key: {"value": _shown(value), "secret": value.is_secret}
            for key, value in values.items()
        }
        return answered({"config": config})

    def show_config(self, project: str, stack: str, key: str, show_secret: bool = False) -> Answer:
        """Show one config value; a secret one reads [secret] unless it is asked for."""
        config = self._config(project, stack)
        wanted = config.full_key(unquoted(key))
        value = config.get(wanted)
        text = config.reveal(value).reveal() if show_secret else _shown(value)
        return answered({"key": wanted, "value": text, "secret": value.is_secret})

    def _config(self, project: str, stack: str) -> StackConfig:
        name = StackName(project, stack)
        return StackConfig(self._estate.stacks, name, data_keys=self._estate.data_keys)


def _shown(value: ConfigValue) -> str:
    return SECRET_TEXT if value.is_secret else value.text
