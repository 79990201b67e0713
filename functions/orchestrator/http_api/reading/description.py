"""The API's own description."""

from collections.abc import Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler.api_gateway import Response

from orchestrator.http_api.answers import Answer
from orchestrator.http_api.needs import WithToken
from orchestrator.http_api.routes import Route


class DescriptionReads:
    """Each method answers one route."""

    def routes(self) -> Sequence[Route]:
        path = "/v1/openapi.json"
        return (Route("GET", path, self.show_description, WithToken(), "Description"),)

    def show_description(self) -> Answer:
        """Show this description."""
        # It loads all models, which nothing else that reads needs.
        from orchestrator.http_api.openapi import description

        return Response(int(HTTPStatus.OK), "application/json", description())
