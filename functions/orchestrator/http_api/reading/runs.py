"""Runs, and what their workers tell."""

from collections.abc import Sequence
from typing import Annotated

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.needs import OnStack
from orchestrator.http_api.query import WholeNumber
from orchestrator.http_api.routes import RUN, STACK, Route
from orchestrator.http_api.run_lookup import require_run, require_stack, shown_run, shown_runs
from orchestrator.run_events.errors import EventCursorError
from orchestrator.runs.errors import RunNotFoundError


class RunReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        read, missing = OnStack(Permission.READ), RunNotFoundError
        return (
            Route("GET", f"{STACK}/runs", self.list_runs, read, "RunList"),
            Route("GET", RUN, self.show_run, read, "Run", refusals=[missing]),
            Route(
                "GET",
                f"{RUN}/events",
                self.list_events,
                read,
                "EventList",
                refusals=[missing, EventCursorError],
            ),
        )

    def list_runs(
        self,
        project: str,
        stack: str,
        limit: Annotated[int, WholeNumber(1, 100)] = 20,
        before: str = "",
    ) -> Answer:
        """List the runs of a stack, newest first; `before` is the `next_before` of a page."""
        record = require_stack(self._estate, project, stack)
        page = self._estate.runs.list(record.id, limit=limit, before=before)
        runs = shown_runs(self._estate, record.id, page.runs)
        return answered({"runs": runs, "next_before": page.next_before})

    def show_run(self, project: str, stack: str, run_id: str) -> Answer:
        """Show one run; `latest` is the newest."""
        record = require_stack(self._estate, project, stack)
        run = require_run(self._estate, record, run_id)
        return answered(shown_run(self._estate, run))

    def list_events(self, project: str, stack: str, run_id: str, after: str = "") -> Answer:
        """List the events of a run behind a cursor: the `next` of the page before."""
        record = require_stack(self._estate, project, stack)
        run = require_run(self._estate, record, run_id)
        page = self._estate.events.read(run, after)
        return answered(
            {
                "events": list(page.events),
                "next": page.next,
                "run": shown_run(self._estate, run),
                "is_complete": page.is_complete,
            }
        )
