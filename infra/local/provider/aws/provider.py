"""What all resource types do alike: find the type, ask the cloud, shape the answer."""

from collections.abc import Iterable, Mapping

from hoist.errors import HoistError
from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import cloud_errors
from local.provider.aws.functions import FUNCTIONS
from local.provider.aws.inputs import check_inputs
from local.provider.aws.outputs import all_tags, live_inputs, outputs, preview_outputs, wanted
from local.provider.aws.resource_type import ResourceType
from local.provider.aws.settings import Settings, read_settings
from local.provider.difference import Change, Difference
from local.provider.errors import (
    ConfigRefusedError,
    InitializationError,
    ResourceRefusedError,
    ResourceTypeUnknownError,
)
from local.provider.naming import is_generated
from local.provider.provider import Checked, Created, Found, NamingWish, Resource
from local.provider.values import UNKNOWN, Properties, reveal, secret_texts


class AwsProvider:
    """The package `aws`, for the emulator."""

    name = "aws"

    def __init__(
        self, version: str, types: Iterable[ResourceType], environment: Mapping[str, str]
    ) -> None:
        self.version = version
        self._types = {kind.token: kind for kind in types}
        self._environment = environment
        self._clients: Clients | None = None

    def check_config(self, config: Properties) -> Checked:
        """Takes what it gets: settings may be unknown here, `configure` judges them."""
        return Checked(config)

    def configure(self, config: Properties) -> None:
        """Read the settings; refuses every endpoint that is not on this machine."""
        self._clients = Clients(read_settings(config, self._environment))

    def check(
        self, resource: Resource, *, old: Properties, new: Properties, naming: NamingWish
    ) -> Checked:
        """Refuses inputs that this provider would have to ignore."""
        return check_inputs(
            self._type(resource.type),
            resource,
            old=old,
            new=new,
            naming=naming,
            region=self._settings.region,
        )

    def diff(
        self, resource: Resource, *, old: Properties, outputs: Properties, new: Properties
    ) -> Difference:
        """Compares inputs; asks to delete first where the old and the new would collide."""
        kind = self._type(resource.type)
        found = kind.difference(old, outputs, new)
        if not found.changes and self._default_tags_moved(kind, outputs, new):
            return Difference(changes={"tagsAll": Change.UPDATE})
        return Difference(
            changes=found.changes,
            replaces=found.replaces,
            delete_before_replace=bool(found.replaces) and _collide(kind, old, new),
        )

    def create(self, resource: Resource, inputs: Properties, *, preview: bool) -> Created:
        """Make it; if only the finishing fails, the engine learns that it exists."""
        kind = self._type(resource.type)
        if preview:
            return Created("", preview_outputs(kind, inputs, self._default_tags))
        plain = self._wanted(kind, inputs)
        with cloud_errors(f"creating {resource.name}", hidden=secret_texts(inputs)):
            address = kind.operations(self._configured).create(plain)
        later = frozenset(each.name for each in kind.inputs if each.later and each.name in inputs)
        if kind.has_tags and plain["tags"]:
            later |= {"tags"}
        try:
            live = self._settle(kind, resource, address, inputs, later)
        except HoistError as error:
            known = preview_outputs(kind, inputs, self._default_tags)
            raise InitializationError(
                error.message,
                resource_id=kind.id_of(address),
                properties={name: value for name, value in known.items() if value is not UNKNOWN},
            ) from error
        return Created(kind.id_of(address), outputs(kind, inputs, live, self._default_tags))

    def read(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> Found | None:
        """As it is now, for a refresh or an import."""
        kind = self._type(resource.type)
        address = kind.address(resource.id, {**outputs, **inputs})
        with cloud_errors(f"reading {resource.name}", hidden=secret_texts(inputs)):
            live = kind.operations(self._configured).read(address)
        if live is None:
            return None
        return Found(
            id=kind.id_of(address),
            outputs=_outputs(kind, inputs, live, self._default_tags),
            inputs=live_inputs(kind, inputs, live, self._default_tags),
        )

    def update(
        self,
        resource: Resource,
        *,
        old: Properties,
        outputs: Properties,
        new: Properties,
        preview: bool,
    ) -> Properties:
        """Set what changed; without a change (an unfinished create goes on) all there is to set."""
        kind = self._type(resource.type)
        changed = frozenset(kind.difference(old, outputs, new).properties)
        if preview:
            return preview_outputs(kind, new, self._default_tags, before=outputs, changed=changed)
        if not changed:
            changed = frozenset(each.name for each in kind.inputs) - kind.replacing
        address = kind.address(resource.id, new)
        live = self._settle(kind, resource, address, new, changed)
        return _outputs(kind, new, live, self._default_tags)

    def delete(self, resource: Resource, *, inputs: Properties, outputs: Properties) -> None:
        """Remove it, as its last inputs say how."""
        kind = self._type(resource.type)
        plain = self._wanted(kind, inputs)
        address = kind.address(resource.id, inputs)
        with cloud_errors(f"deleting {resource.name}", hidden=secret_texts(inputs)):
            kind.operations(self._configured).delete(address, plain)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Call one of the few functions there are."""
        function = FUNCTIONS.get(token)
        if function is None:
            raise _not_known(token, FUNCTIONS)
        with cloud_errors(f"calling {token}"):
            return function(self._configured, reveal(arguments))

    @property
    def _configured(self) -> Clients:
        if self._clients is None:
            raise ConfigRefusedError("the aws provider was not configured")
        return self._clients

    @property
    def _settings(self) -> Settings:
        return self._configured.settings

    @property
    def _default_tags(self) -> Mapping[str, str]:
        return self._settings.default_tags

    def _wanted(self, kind: ResourceType, inputs: Properties) -> Properties:
        return wanted(kind, inputs, self._default_tags)

    def _type(self, token: str) -> ResourceType:
        kind = self._types.get(token)
        if kind is None:
            raise _not_known(token, self._types)
        return kind

    def _default_tags_moved(self, kind: ResourceType, outputs: Properties, new: Properties) -> bool:
        if not kind.has_tags or "tagsAll" not in outputs:
            return False
        tags = all_tags(reveal(new.get("tags")) or {}, self._default_tags)
        return bool(reveal(outputs["tagsAll"]) != tags)

    def _settle(
        self,
        kind: ResourceType,
        resource: Resource,
        address: str,
        inputs: Properties,
        changed: frozenset[str],
    ) -> Properties:
        operations = kind.operations(self._configured)
        with cloud_errors(f"setting up {resource.name}", hidden=secret_texts(inputs)):
            if changed:
                operations.apply(address, self._wanted(kind, inputs), changed)
            live = operations.read(address)
        if live is None:
            raise ResourceRefusedError(
                f"{resource.name} is not in the emulator", way_out="refresh the stack"
            )
        return live


_outputs = outputs  # methods of the protocol have a parameter of this name


def _collide(kind: ResourceType, old: Properties, new: Properties) -> bool:
    """Whether the new resource would have the old one's address in the cloud."""
    if not kind.identity:
        return False
    if kind.naming is not None and is_generated(kind.naming, new):
        return False
    return all(reveal(old.get(name)) == reveal(new.get(name)) for name in kind.identity)


def _not_known(token: str, known: Iterable[str]) -> ResourceTypeUnknownError:
    return ResourceTypeUnknownError(
        f"{token}: this provider is for the emulator and knows only {', '.join(sorted(known))}",
        way_out="deploy with the real aws plugin, or leave it out of the local stack",
    )
