"""Where to upload a program."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.documents.instants import utc_text
from orchestrator.http_api.messages.requests import NewProgram
from orchestrator.http_api.needs import Somewhere
from orchestrator.http_api.routes import Route
from orchestrator.uploads.programs import Upload


class ProgramChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        operate = Somewhere(Permission.OPERATE)
        return (Route("POST", "/v1/programs", self.offer_upload, operate, "ProgramOffer"),)

    def offer_upload(self, body: Annotated[NewProgram, Body()]) -> Answer:
        """Tell how to upload a program, or that it is there already."""
        upload = self._estate.programs.offer(body.digest, body.size)
        return answered({"digest": body.digest, "upload": _document(upload) if upload else None})


def _document(upload: Upload) -> dict[str, object]:
    return {
        "method": upload.method,
        "url": upload.url,
        "headers": dict(upload.headers),
        "expires_at": utc_text(upload.expires_at),
    }
