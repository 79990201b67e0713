"""An installation in memory, for the API to answer for; its own client may do anything."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from access_sites import bearer, token_with
from api_requests import ApiClient
from audit_site import AuditSite
from hoist.access.grants import Grant
from hoist.access.memory import InMemoryAccess
from hoist.access.permissions import Role
from hoist.access.token_book import TokenBook
from hoist.access.tokens import AccessToken
from hoist.clock import FixedClock
from local_states import UnwrappedDataKeys
from orchestrator.audit.anchoring import AnchoringAtRunEnd
from orchestrator.audit.reading import AuditReading
from orchestrator.audit.run_transitions import TransitionAudit
from orchestrator.http_api.door import make_app
from orchestrator.http_api.log import Field
from orchestrator.run_events.service import RunEvents
from orchestrator.runs.queue_reading import QueueReader
from orchestrator.runs.service import RunService
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.conflicts import Conflicts
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.history import History
from orchestrator.state.holders import UnknownHolders
from orchestrator.state.service import StateService
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.stores.memory import in_memory_storage
from orchestrator.uploads.memory_programs import InMemoryPrograms
from state_sites import DEV, Site
from storages import NOON
from watched_storage import Watch


class RecordingDoorbell:
    """Keeps its rings; those past what may be stuck are told apart."""

    def __init__(self) -> None:
        self.rings: list[str] = []
        self.rings_past: list[str] = []

    def ring(self, stack_id: str) -> None:
        self.rings.append(stack_id)

    def ring_past(self, stack_id: str) -> None:
        self.rings_past.append(stack_id)


@dataclass(slots=True)
class RecordedLog:
    """The lines of a request log, as mappings."""

    lines: list[Mapping[str, Any]] = field(default_factory=list)
    crashes: list[Exception] = field(default_factory=list)

    def tell(self, event: str, /, **fields: Field) -> None:
        self.lines.append({"event": event, **fields})

    def crash(self, event: str, error: Exception, /, **fields: Field) -> None:
        self.crashes.append(error)
        self.lines.append({"event": event, **fields})


class InMemoryEstate:
    """Implements orchestrator.estate.Estate."""

    def __init__(
        self,
        storage: Storage | None = None,
        *,
        access_settings: str = "",
        audit_watch: Watch | None = None,
    ) -> None:
        self.storage = storage or in_memory_storage()
        self.clock = FixedClock(NOON)
        self.access = InMemoryAccess(access_settings or None)
        self.tokens = TokenBook(self.access, clock=self.clock)
        self.admin = self.token_of("ada", Grant(Role.ADMIN))
        self.data_keys = UnwrappedDataKeys()
        self.doorbell = RecordingDoorbell()
        self.programs = InMemoryPrograms(clock=self.clock)
        self.log = RecordedLog()
        # A runs table of its own, as on AWS.
        runs = in_memory_storage()
        self.audit_site = AuditSite(clock=self.clock)
        self.audit_watch = audit_watch or Watch()
        self.audit = self.audit_site.trail(self.audit_watch)
        self.runs = RunService(
            runs.records,
            doorbell=self.doorbell,
            clock=self.clock,
            on_transition=TransitionAudit(self.audit),
            on_run_over=AnchoringAtRunEnd(
                self.audit_site.anchoring(), on_lost=self.audit_site.lost.append
            ),
        )
        self.queues = QueueReader(runs.records)
        self.events = RunEvents(runs.log, runs.objects, self.clock)

    @property
    def stacks(self) -> Stacks:
        return Stacks(self.storage, clock=self.clock)

    @property
    def history(self) -> History:
        return History(self.storage.records)

    @property
    def conflicts(self) -> Conflicts:
        return self.service.conflicts

    def audit_of(self, chain: str) -> AuditReading:
        return self.audit_site.reading(chain)

    @property
    def entry_count(self) -> int:
        """How many entries were added to the audit, of whatever chain."""
        return self.audit_watch.calls.count("log.append")

    @property
    def service(self) -> StateService:
        """What a worker would bring: it makes updates."""
        return StateService.over(self.storage, holders=UnknownHolders(), clock=self.clock)

    @property
    def state_service(self) -> StateService:
        """What a process of the api brings for Pulumi clients: another one for each request."""
        return StateService.over(
            self.storage, holders=UnknownHolders(), clock=self.clock, data_keys=self.data_keys
        )

    @property
    def client(self) -> ApiClient:
        """Of somebody who may do anything."""
        return self.client_with(self.admin)

    def client_with(self, token: AccessToken | None) -> ApiClient:
        """Of the bearer of a token, or of nobody."""
        return ApiClient(make_app(self, log=self.log), headers=bearer(token) if token else {})

    def client_of(self, person: str, *grants: Grant) -> ApiClient:
        """Of a person who has been given these."""
        return self.client_with(self.token_of(person, *grants))

    def token_of(self, person: str, *grants: Grant) -> AccessToken:
        """A token that is good for as long as a test lasts."""
        return token_with(self.access, grants, person=person, at=self.clock.now(), days=30)

    def site(self) -> Site:
        """Where clients of the state protocol, such as a worker's engine, change stacks."""
        return Site(open_storage=lambda: self.storage, clock=self.clock)

    def put_deployment(self, deployment: Mapping[str, Any]) -> None:
        """Replace the state of shop/dev, as somebody does who goes around the service."""
        present = self.storage.objects.get(DEV.checkpoint_key)
        body = encode_checkpoint(DEV.qualified, VersionedDeployment(3, (), deployment))
        etag = present.etag if present else None
        self.storage.objects.put(DEV.checkpoint_key, body, if_etag=etag)

    def upload(self, zip_body: bytes = b"a program") -> str:
        """Have a program uploaded, and not yet admitted; returns its digest."""
        digest = hashlib.sha256(zip_body).hexdigest()
        upload = self.programs.offer(digest, len(zip_body))
        assert upload is None or self.programs.put(upload.url, zip_body, upload.headers)
        return digest
