"""Asking for runs, and saying what is to become of one."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Header

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.callers import authority
from orchestrator.http_api.messages.requests import AttentionAnswer, NewRun
from orchestrator.http_api.needs import OnStack, OnWantedStack
from orchestrator.http_api.routes import RUN, STACK, Route
from orchestrator.http_api.run_lookup import require_run, require_stack, shown_run
from orchestrator.runs.errors import (
    IdempotencyKeyReusedError,
    NoAttentionNeededError,
    QueueFullError,
    RunFinishedError,
    RunNotFoundError,
    RunRequestError,
)
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunKind
from orchestrator.runs.wishes import Resolution
from orchestrator.stack_life.errors import StackBeingDeletedError
from orchestrator.stack_life.submission import RunSubmissions, WantedRun
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import StackName
from orchestrator.uploads.errors import ProgramDamagedError, ProgramNotUploadedError


class RunChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        program = [ProgramNotUploadedError, ProgramDamagedError]
        queue = [IdempotencyKeyReusedError, QueueFullError, StackBeingDeletedError]
        operate = OnStack(Permission.OPERATE)
        return (
            Route(
                "POST",
                f"{STACK}/runs",
                self.create_run,
                OnWantedStack(Permission.OPERATE),
                "Run",
                HTTPStatus.CREATED,
                refusals=[RunRequestError, StackNotFoundError, *program, *queue],
            ),
            Route(
                "POST",
                f"{RUN}/cancel",
                self.cancel_run,
                operate,
                "Run",
                refusals=[RunNotFoundError, RunFinishedError],
            ),
            Route(
                "POST",
                f"{RUN}/attention",
                self.resolve_attention,
                operate,
                "Run",
                refusals=[RunNotFoundError, NoAttentionNeededError],
            ),
        )

    def create_run(
        self,
        project: str,
        stack: str,
        body: Annotated[NewRun, Body()],
        key: Annotated[str, Header(alias="Idempotency-Key")] = "",
    ) -> Answer:
        """Queue a run; with a key that came before, the run of that time is the answer (200)."""
        wanted = WantedRun(
            stack=StackName(project, stack),
            kind=RunKind(body.kind),
            asked_by=authority().person,
            program=body.program or "",
            options=body.options.as_options(),
            message=body.message,
            idempotency_key=key,
        )
        estate = self._estate
        submissions = RunSubmissions(
            estate.stacks, estate.runs, data_keys=estate.data_keys, programs=estate.programs
        )
        submission = submissions.submit(wanted)
        return self._shown(
            submission.run, HTTPStatus.CREATED if submission.is_new else HTTPStatus.OK
        )

    def cancel_run(self, project: str, stack: str, run_id: str) -> Answer:
        """Cancel a run that waits, or ask the worker of a running one to stop."""
        record = require_stack(self._estate, project, stack)
        run = require_run(self._estate, record, run_id)
        cancelled = self._estate.runs.cancel(record.id, run.id, who=authority().person)
        return self._shown(cancelled)

    def resolve_attention(
        self, project: str, stack: str, run_id: str, body: Annotated[AttentionAnswer, Body()]
    ) -> Answer:
        """Let a run that needs attention go on, creating once more what is in doubt, or end it."""
        record = require_stack(self._estate, project, stack)
        run = require_run(self._estate, record, run_id)
        resolved = self._estate.runs.resolve_attention(
            record.id, run.id, Resolution(body.resolution), who=authority().person
        )
        return self._shown(resolved)

    def _shown(self, run: Run, status: HTTPStatus = HTTPStatus.OK) -> Answer:
        return answered(shown_run(self._estate, run), status)
