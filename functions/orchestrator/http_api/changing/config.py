"""Setting and removing config values."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from hoist.access.permissions import Permission
from hoist.secret import Secret
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered, nothing_to_tell
from orchestrator.http_api.messages.requests import NewConfigValue
from orchestrator.http_api.needs import OnStack, OnWantedStack
from orchestrator.http_api.routes import STACK, Route
from orchestrator.http_api.segments import unquoted
from orchestrator.stack_config.keys import ConfigKeyError
from orchestrator.stack_config.values import ConfigNotSetError, StackConfig
from orchestrator.state.names import StackName
from orchestrator.state.stack_keys import ForeignSecretsError
from orchestrator.state.stores.errors import RecordTooLargeError


class ConfigChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        return (
            Route(
                "PUT",
                f"{STACK}/config/<key>",
                self.set_config,
                OnWantedStack(Permission.OPERATE),
                "ConfigKey",
                refusals=[ConfigKeyError, ForeignSecretsError, RecordTooLargeError],
            ),
            Route(
                "DELETE",
                f"{STACK}/config/<key>",
                self.remove_config,
                OnStack(Permission.OPERATE),
                status=HTTPStatus.NO_CONTENT,
                refusals=[ConfigNotSetError, ConfigKeyError],
            ),
        )

    def set_config(
        self, project: str, stack: str, key: str, body: Annotated[NewConfigValue, Body()]
    ) -> Answer:
        """Set a config value; the stack is made on its first use."""
        config = self._config(project, stack)
        wanted = config.full_key(unquoted(key))
        value = Secret(body.value.get_secret_value())
        if body.secret:
            config.set_secret(wanted, value)
        else:
            config.set_plain(wanted, value.reveal())
        return answered({"key": wanted, "secret": body.secret})

    def remove_config(self, project: str, stack: str, key: str) -> Answer:
        """Remove a config value."""
        self._config(project, stack).remove(unquoted(key))
        return nothing_to_tell()

    def _config(self, project: str, stack: str) -> StackConfig:
        name = StackName(project, stack)
        return StackConfig(self._estate.stacks, name, data_keys=self._estate.data_keys)
