"""The state service's App for many clients: whoever starts an update holds it."""

from orchestrator.state.holders import this_process
from orchestrator.state.ids import UPDATE_ID_PREFIX
from orchestrator.state.protocol.access import Access
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.service import StateService
from orchestrator.state.serving.clients import Clients


class ServingApp(App):
    """Answers requests; what takes a single call, such as an import, this process holds."""

    def __init__(self, service: StateService, access: Access, *, clients: Clients) -> None:
        super().__init__(service, access, holder=this_process())
        self._parts = (service, access)
        self._clients = clients

    def handle(self, request: Request) -> Answer:
        if not _starts_update(request):
            return super().handle(request)
        return App(*self._parts, holder=self._clients.holder()).handle(request)


def _starts_update(request: Request) -> bool:
    last_part = request.path.rpartition("/")[2]
    return request.method == "POST" and last_part.startswith(UPDATE_ID_PREFIX)
