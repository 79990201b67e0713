"""Getting a token, and ending one."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from hoist.access.errors import (
    AccessSettingsError,
    PrincipalRefusedError,
    PrincipalUnmappedError,
    ScopeTooWideError,
    StackPatternError,
    TokenNotFoundError,
)
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered, nothing_to_tell
from orchestrator.http_api.callers import authority, iam_identity
from orchestrator.http_api.documents.tokens import token_document
from orchestrator.http_api.messages.requests import NewToken
from orchestrator.http_api.needs import WithIam, WithToken
from orchestrator.http_api.routes import Route


class TokenChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        refused = [PrincipalRefusedError, PrincipalUnmappedError, ScopeTooWideError]
        return (
            Route(
                "POST",
                "/v1/tokens",
                self.issue_token,
                WithIam(),
                "IssuedToken",
                HTTPStatus.CREATED,
                refusals=[*refused, StackPatternError, AccessSettingsError],
            ),
            Route(
                "DELETE",
                "/v1/tokens/<token_id>",
                self.revoke_token,
                WithToken(),
                status=HTTPStatus.NO_CONTENT,
                refusals=[TokenNotFoundError],
            ),
        )

    def issue_token(self, body: Annotated[NewToken, Body()]) -> Answer:
        """Issue a token to the IAM identity that signed the request; its text is shown once."""
        issued = self._estate.tokens.issue(iam_identity().arn, body.as_wish())
        shown = {"token": issued.token.text.reveal(), **token_document(issued.record)}
        return answered(shown, HTTPStatus.CREATED)

    def revoke_token(self, token_id: str) -> Answer:
        """Revoke a token of one's own, or anybody's for who administers all stacks."""
        self._estate.tokens.revoke(authority(), token_id)
        return nothing_to_tell()
