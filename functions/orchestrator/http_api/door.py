"""The api function's door: an event in, an answer out, one line in the log."""

from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from hoist.access.grants import Authority
from hoist.errors import HoistError
from orchestrator.estate import Estate
from orchestrator.http_api import proxy_event
from orchestrator.http_api.answer_size import refuse_too_large
from orchestrator.http_api.callers import Caller, identified, on_behalf_of
from orchestrator.http_api.errors import EventUnknownError
from orchestrator.http_api.log import RequestLog
from orchestrator.http_api.problems import (
    CONTENT_TYPE,
    INTERNAL,
    headers_of,
    internal_problem,
    problem_of,
)
from orchestrator.http_api.proxy_event import Event
from orchestrator.http_api.resolvers import changing_resolver, reading_resolver
from orchestrator.http_api.telling import FACTS, RequestFacts
from orchestrator.lost_rings import ring_lost_doorbells
from orchestrator.state.exact_json import encode_json

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver

    from orchestrator.state_door.door import StateDoor

Answer = Mapping[str, Any]
Handler = Callable[[Event, Any], Answer]

RING_LOST_DOORBELLS: Event = {"hoist": "ring-lost-doorbells"}
"""The event of the schedule, each minute."""
_HEADERS = {
    # Answers may hold secrets that were asked for.
    "Cache-Control": ["no-store"],
    "X-Content-Type-Options": ["nosniff"],
}
_NO_HEADERS: Mapping[str, str] = {}
# Powertools keeps the event that it works on in a class: one at a time, as on Lambda.
_ONE_AT_A_TIME = Lock()


def make_app(estate: Estate, *, log: RequestLog) -> Handler:
    """The API over an installation, as Lambda calls it."""
    return _Door(estate, log)


class _Door:
    def __init__(self, estate: Estate, log: RequestLog) -> None:
        self._estate = estate
        self._log = log

    def __call__(self, event: Event, context: Any) -> Answer:
        if event == RING_LOST_DOORBELLS:
            return self._ring_lost_doorbells()
        if not proxy_event.is_request(event):
            raise EventUnknownError
        return self._handle_request(event, context)

    def _ring_lost_doorbells(self) -> Answer:
        rung = ring_lost_doorbells(self._estate.runs, self._estate.doorbell)
        self._log.tell("lost_doorbells_rung", stacks=rung)
        return {"stacks": rung}

    def _handle_request(self, event: Event, context: Any) -> Answer:
        began = self._estate.clock.monotonic()
        facts = RequestFacts(proxy_event.request_id(event))
        answer = self._answer(event, context, facts)
        elapsed = self._estate.clock.monotonic() - began
        self._log.tell(
            "request",
            method=str(event["httpMethod"])[:10],
            route=facts.route,
            status=answer["statusCode"],
            code=facts.code,
            token=facts.token_id,
            milliseconds=round(elapsed * 1000, 1),
            request_id=facts.request_id,
        )
        return answer

    def _answer(self, event: Event, context: Any, facts: RequestFacts) -> Answer:
        """Whatever happens, an answer."""
        if proxy_event.is_for_pulumi(event):
            return self._for_pulumi(event, facts)
        try:
            caller = identified(event, lambda: self._estate.tokens)
            facts.token_id = caller.token_id if isinstance(caller, Authority) else ""
            resolved = self._resolved(event, context, facts, caller)
            headers = resolved["multiValueHeaders"]
            return {**resolved, "multiValueHeaders": {**headers, **_headers(facts)}}
        except HoistError as error:
            facts.code = error.code
            return _refused(problem_of(error), facts, headers_of(error))
        except Exception as error:  # noqa: BLE001 - the door: it logs once and answers
            facts.code = INTERNAL
            self._log_crash(error, facts.request_id)
            return _refused(internal_problem(facts.request_id), facts)

    def _for_pulumi(self, event: Event, facts: RequestFacts) -> Answer:
        answer = self._state_door.answer(event, facts)
        headers = answer["multiValueHeaders"]
        return {**answer, "multiValueHeaders": {**headers, **_headers(facts)}}

    def _resolved(
        self, event: Event, context: Any, facts: RequestFacts, caller: Caller
    ) -> dict[str, Any]:
        plain = proxy_event.plain_event(event)
        with _ONE_AT_A_TIME, on_behalf_of(caller):
            resolver = self._reading if proxy_event.is_reading(event) else self._changing
            resolver.context[FACTS] = facts
            resolved = resolver.resolve(plain, context)
        refuse_too_large(resolved["body"])
        return resolved

    @cached_property
    def _state_door(self) -> "StateDoor":
        # Only Pulumi clients wait for it.
        from orchestrator.state_door.door import StateDoor

        return StateDoor(self._estate, on_crash=self._log_crash)

    @cached_property
    def _reading(self) -> "APIGatewayRestResolver":
        return reading_resolver(self._estate, on_crash=self._log_crash)

    @cached_property
    def _changing(self) -> "APIGatewayRestResolver":
        return changing_resolver(self._estate, on_crash=self._log_crash)

    def _log_crash(self, error: Exception, request_id: str) -> None:
        self._log.crash("request_crashed", error, request_id=request_id)


def _headers(facts: RequestFacts) -> dict[str, list[str]]:
    return {**_HEADERS, "X-Request-Id": [facts.request_id]}


def _refused(
    problem: dict[str, Any], facts: RequestFacts, headers: Mapping[str, str] = _NO_HEADERS
) -> Answer:
    told = {name: [value] for name, value in headers.items()}
    return {
        "statusCode": problem["status"],
        "body": encode_json(problem).decode(),
        "isBase64Encoded": False,
        "multiValueHeaders": {"Content-Type": [CONTENT_TYPE], **told, **_headers(facts)},
    }
