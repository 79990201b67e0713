"""The log of the api function: one line per request, and one more for what nobody thought of."""

import traceback
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_LAST_FRAMES = 8

Field = str | int | float


class RequestLog(Protocol):
    """A structured log."""

    def tell(self, event: str, /, **fields: Field) -> None:
        """Something happened as it should."""
        ...

    def crash(self, event: str, error: Exception, /, **fields: Field) -> None:
        """Something broke that has no name."""
        ...


class PowertoolsLog:
    """JSON lines by Powertools' Logger."""

    def __init__(self, logger: "Logger") -> None:
        self._logger = logger

    def tell(self, event: str, /, **fields: Field) -> None:
        self._logger.info(event, extra=dict(fields))

    def crash(self, event: str, error: Exception, /, **fields: Field) -> None:
        where = traceback.extract_tb(error.__traceback__)[-_LAST_FRAMES:]
        # Without the error's own words: one that is not ours may quote anything, a secret too.
        crash = {
            "error": type(error).__qualname__,
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in where],
        }
        self._logger.error(event, extra={**crash, **fields})
