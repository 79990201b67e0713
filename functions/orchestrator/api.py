"""The door of the api function. It answers on loopback only until it knows who may do what."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestrator.http_api.door import Handler


def handle(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
    """Answer a request of the REST API, or ring lost doorbells when the schedule asks for it."""
    return _app()(event, context)


@cache
def _app() -> "Handler":
    from aws_lambda_powertools.logging.logger import Logger

    from hoist.clock import SystemClock
    from orchestrator.http_api.door import make_app
    from orchestrator.http_api.log import PowertoolsLog
    from orchestrator.settings import Settings
    from orchestrator.wiring import AwsEstate

    estate = AwsEstate(Settings.of_this_process(), clock=SystemClock())
    return make_app(estate, log=PowertoolsLog(Logger(service="orchestrator-api")))
