"""The door of the api function."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from hoist.runtime.observed import observed

if TYPE_CHECKING:
    from orchestrator.http_api.door import Handler


@observed
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

    settings = Settings.of_this_process()
    # Without these nobody could be let in, or change anything: better to fail now than each time.
    settings.require_access_table()
    settings.require_audit_table()
    estate = AwsEstate(settings, clock=SystemClock())
    return make_app(estate, log=PowertoolsLog(Logger(service="orchestrator-api")))
