"""A store with a clock, and processes of the state service on it, each with a memory of its own."""

from dataclasses import dataclass, field

from hoist.clock import FixedClock
from hoist.secret import Secret
from journals import Entry, begin, deployment, resource, success
from local_states import UnwrappedDataKeys
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import Access, SingleStackAccess
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.update_routes import UpdateObserver
from orchestrator.state.records import Holder, UpdateStatus
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from orchestrator.state.storage import Storage
from protocol_client import TOKEN, ClientUpdate, ProtocolClient
from storages import NOON, OpenStorage, memory_opener
from watched_storage import Watch, watched

DEV = StackName("shop", "dev")
HOLDER = Holder(host="laptop", machine="machine-1", pid=4711, process_started_at="12345")


@dataclass(slots=True)
class KnownHolders:
    """Proves of those holders that they are gone, and of nobody else."""

    gone: set[Holder] = field(default_factory=set)

    def is_gone(self, holder: Holder) -> bool:
        return holder in self.gone


@dataclass(slots=True)
class Site:
    """One store, shared by all processes that are made here."""

    open_storage: OpenStorage = field(default_factory=memory_opener)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    holders: KnownHolders = field(default_factory=KnownHolders)

    def storage(self) -> Storage:
        """The store itself, as somebody sees it who goes around the service."""
        return self.open_storage()

    def service(self, watch: Watch | None = None) -> StateService:
        """A process of the service, without its protocol."""
        storage = watched(self.open_storage(), watch or Watch())
        return StateService.over(
            storage, holders=self.holders, clock=self.clock, data_keys=UnwrappedDataKeys()
        )

    def app(
        self,
        watch: Watch | None = None,
        *,
        name: StackName = DEV,
        holder: Holder = HOLDER,
        referable: frozenset[StackName] = frozenset(),
        observer: UpdateObserver | None = None,
        access: Access | None = None,
    ) -> App:
        """A process of the service behind its protocol, for a run of one stack unless otherwise."""
        access = access or SingleStackAccess(Secret(TOKEN), name, referable)
        return App(self.service(watch), access, holder=holder, observer=observer)

    def client(
        self,
        watch: Watch | None = None,
        *,
        name: StackName = DEV,
        holder: Holder = HOLDER,
        referable: frozenset[StackName] = frozenset(),
    ) -> ProtocolClient:
        """A client with a process of the service for itself."""
        app = self.app(watch, name=name, holder=holder, referable=referable)
        return ProtocolClient(app.handle, name)

    def client_of_all(self, watch: Watch | None = None) -> ProtocolClient:
        """A client that may do everything, with a process of the service for itself."""
        return ProtocolClient(self.app(watch, access=WholeStoreAccess(Secret(TOKEN))).handle, DEV)

    def client_with_stack(self, watch: Watch | None = None) -> ProtocolClient:
        """The same, and the stack is there."""
        client = self.client(watch)
        assert client.create_stack().is_ok
        return client

    def status_of(self, update: ClientUpdate) -> UpdateStatus:
        """How the update stands in its record."""
        service = self.service()
        return service.updates.require(service.stacks.require(DEV), update.id).status

    def put_checkpoint(self, *names: str) -> None:
        """Somebody else writes the checkpoint, with these resources, as a bare CLI would."""
        objects = self.storage().objects
        present = objects.get(DEV.checkpoint_key)
        state = VersionedDeployment(3, (), deployment(*map(resource, names)))
        body = encode_checkpoint(DEV.qualified, state)
        objects.put(DEV.checkpoint_key, body, if_etag=present.etag if present else None)

    def lock_keys(self, name: StackName = DEV) -> list[str]:
        """The stack's lock objects."""
        return [lock.key for lock in self.storage().objects.list(name.lock_prefix)]


def creation(name: str, *, first: int = 1) -> tuple[Entry, Entry]:
    """The two entries of a resource's creation; the operation has the number of the first."""
    return (
        begin(first, first, "creating", name=name),
        success(first + 1, first, state=resource(name)),
    )


def names_in(document: object) -> list[str]:
    """Names of the resources in an exported document."""
    assert isinstance(document, dict)
    resources = (document["deployment"] or {}).get("resources") or []
    return sorted(found["urn"].rsplit("::", 1)[-1] for found in resources)
