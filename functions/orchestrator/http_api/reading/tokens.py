"""Who asks, and which tokens there are."""

from collections.abc import Sequence

from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.callers import authority
from orchestrator.http_api.documents.tokens import caller_document, token_document
from orchestrator.http_api.needs import WithToken
from orchestrator.http_api.routes import Route


class TokenReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        return (
            Route("GET", "/v1/whoami", self.show_caller, WithToken(), "CallerFacts"),
            Route("GET", "/v1/tokens", self.list_tokens, WithToken(), "TokenList"),
        )

    def show_caller(self) -> Answer:
        """Show who asks, and what their token is good for."""
        return answered(caller_document(authority()))

    def list_tokens(self) -> Answer:
        """List one's own tokens, or those of everybody for who administers all stacks."""
        records = self._estate.tokens.tokens_for(authority())
        return answered({"tokens": [token_document(record) for record in records]})
