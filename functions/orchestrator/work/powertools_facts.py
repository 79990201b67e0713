"""The worker's facts as lines of JSON on standard output, where Lambda collects them."""

from aws_lambda_powertools import Logger

from hoist.errors import HoistError


class PowertoolsFacts:
    """Implements orchestrator.work.facts.FactLog."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger

    def tell(self, event: str, /, **fields: str | int | float) -> None:
        self._logger.info(event, extra=fields)

    def warn(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        # What an error says that is not ours may hold anything.
        told = error.message if isinstance(error, HoistError) else type(error).__name__
        self._logger.warning(event, extra={**fields, "error": told})

    def fail(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        self._logger.error(event, extra=fields, exc_info=error)
