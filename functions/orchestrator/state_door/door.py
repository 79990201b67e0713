"""The door for Pulumi clients: an event in, an answer out. No rule is in here."""

from typing import Any

from hoist.access.authorization import authorization_values
from hoist.access.errors import TokenMissingError
from hoist.access.grants import Authority
from hoist.errors import HoistError
from orchestrator.estate import Estate
from orchestrator.http_api.callers import identified
from orchestrator.http_api.problems import INTERNAL, headers_of
from orchestrator.http_api.proxy_event import Event
from orchestrator.http_api.recording import RequestAudit
from orchestrator.http_api.telling import OnCrash, RequestFacts
from orchestrator.state.protocol.app import NOT_SERVED, App, Call
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.protocol.update_routes import LEASE_SCHEME, authorized_update
from orchestrator.state.records import Holder
from orchestrator.state.service import StateService
from orchestrator.state_door.answers import crash, fitting_answer, proxy_answer, refusal
from orchestrator.state_door.callers import LeaseAccess, TokenAccess
from orchestrator.state_door.deeds import deed_of, stack_named_in
from orchestrator.state_door.removal import RemovalByCaller
from orchestrator.state_door.requests import request_of
from orchestrator.state_door.rules import Bearer, Rule, rule_of


class StateDoor:
    """The state service of an installation, for whoever has a token. May be used by threads."""

    def __init__(self, estate: Estate, *, on_crash: OnCrash) -> None:
        self._estate = estate
        self._audit = RequestAudit(estate)
        self._on_crash = on_crash

    def answer(self, event: Event, facts: RequestFacts) -> dict[str, Any]:
        """Whatever happens, an answer that a Pulumi client understands."""
        try:
            caller, request = self._caller(event), request_of(event)
            return fitting_answer(self._answer(event, request, caller, facts), request)
        except HoistError as error:
            facts.code = error.code
            return proxy_answer(refusal(error), headers_of(error))
        except Exception as error:  # noqa: BLE001 - the door: it logs once and answers
            facts.code = INTERNAL
            self._on_crash(error, facts.request_id)
            return proxy_answer(crash(facts.request_id))

    def _answer(
        self, event: Event, request: Request, caller: Authority | None, facts: RequestFacts
    ) -> Answer:
        facts.token_id = caller.token_id if caller else ""
        service = self._estate.state_service
        app = self._app(service, caller)
        call = app.find(request)
        rule = rule_of(call.route) if call else None
        if call is None or rule is None:
            return NOT_SERVED
        facts.route = call.route.pattern
        if rule.bearer is Bearer.LEASE:
            return self._by_lease(app, service, call, rule, event)
        if caller is None:
            raise TokenMissingError
        return self._by_token(app, call, rule, event, caller)

    def _by_token(
        self, app: App, call: Call, rule: Rule, event: Event, caller: Authority
    ) -> Answer:
        stack = stack_named_in(call, rule)

        def check() -> None:
            rule.check(caller, stack)

        if not rule.act:
            check()
            return app.carry_out(call)
        self._estate.tokens.count_change(caller)
        deed = deed_of(call, rule, event=event, caller=caller, check=check)
        return self._audit.perform(deed, lambda: app.carry_out(call))

    def _by_lease(
        self, app: App, service: StateService, call: Call, rule: Rule, event: Event
    ) -> Answer:
        if not rule.act:
            return app.carry_out(call)
        # Before the audit hears of it: whoever has no lease is nobody who is known.
        authorized_update(service, call.request, **call.arguments)
        deed = deed_of(call, rule, event=event, caller=None, check=lambda: None)
        return self._audit.perform(deed, lambda: app.carry_out(call))

    def _caller(self, event: Event) -> Authority | None:
        """Whose token the request bears; None if it is a lease. Raises UnauthenticatedError."""
        values = authorization_values(event)
        if len(values) == 1 and values[0].startswith(LEASE_SCHEME):
            return None
        caller = identified(event, lambda: self._estate.tokens)
        if not isinstance(caller, Authority):
            raise TokenMissingError
        return caller

    def _app(self, service: StateService, caller: Authority | None) -> App:
        """The protocol's app, as this caller sees it."""
        if caller is None:
            return App(service, LeaseAccess(), holder=Holder())
        return App(
            service,
            TokenAccess(caller),
            holder=Holder(host=caller.person),
            login=caller.person.rpartition("/")[2],
            remover=RemovalByCaller(self._estate, caller),
        )
