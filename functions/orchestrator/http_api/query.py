"""Reads the query of a request as its handler's signature asks for it.

Powertools does the same by way of pydantic, which costs a cold start as much as one AWS client.
Both read the same signatures: the API's description is made of them by Powertools.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response

from orchestrator.http_api.errors import FieldFault, RequestInvalidError

# More digits than any number of ours has, and few enough to be read in no time.
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_FLAGS = {"true": True, "false": False}

LARGEST = 10**18 - 1


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """What an integer of a query may be: `Annotated[int, WholeNumber(1, 100)]`."""

    least: int
    most: int = LARGEST

    def parse(self, text: str) -> int:
        """Raises ValueError, which says what was wanted and never what came."""
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else None
        if number is None or not self.least <= number <= self.most:
            limit = f" to {self.most}" if self.most < LARGEST else " or more"
            raise ValueError(f"must be a whole number, {self.least}{limit}")
        return number

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        """For the API's description: the same said to pydantic, which is not loaded for it."""
        return {**handler(core_schema), "minimum": self.least, "maximum": self.most}


def read_query(
    app: ApiGatewayResolver, next_middleware: Callable[[ApiGatewayResolver], Response[Any]]
) -> Response[Any]:
    """A middleware: gives the handler its arguments, or raises RequestInvalidError."""
    handler = app.context["_route"].func
    query = app.current_event.query_string_parameters
    faults: list[FieldFault] = []
    arguments = dict(_arguments(handler, query, faults))
    if faults:
        raise RequestInvalidError("the query is not as it must be", faults=faults)
    app.context["_route_args"] = {**app.context["_route_args"], **arguments}
    return next_middleware(app)


def _arguments(
    handler: Callable[..., Any], query: Mapping[str, str], faults: list[FieldFault]
) -> Iterator[tuple[str, Any]]:
    """What the path does not give is optional, and has a default."""
    for name, annotation in _optional_parameters(handler):
        if name not in query:
            continue
        try:
            yield name, _value(query[name], annotation)
        except ValueError as error:
            faults.append(FieldFault(f"query.{name}", str(error)))


def _optional_parameters(handler: Callable[..., Any]) -> tuple[tuple[str, Any], ...]:
    parameters = inspect.signature(handler).parameters.values()
    return tuple(
        (parameter.name, parameter.annotation)
        for parameter in parameters
        if parameter.default is not inspect.Parameter.empty
    )


def _value(text: str, annotation: Any) -> Any:
    """Raises ValueError, as `WholeNumber.parse` does."""
    if annotation is bool:
        return _flag(text)
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[1].parse(text)
    return text


def _flag(text: str) -> bool:
    if text not in _FLAGS:
        raise ValueError("must be true or false")
    return _FLAGS[text]
