"""Stacks: made once, adopted, changed one after the other, removed whole."""

from dataclasses import replace

import pytest

from journals import deployment, resource
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import (
    CorruptStateError,
    StackExistsError,
    StackNotEmptyError,
    StackNotFoundError,
    StateConflictError,
    StoreUnavailableError,
    UpdateInProgressError,
)
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, SecretsProvider, StackRecord
from state_sites import DEV, Site, creation, names_in
from storages import NOON
from watched_storage import Meanwhile, Moment, Outage, Watch

PROVIDER = SecretsProvider("awskms://alias/k", "a2V5")


@pytest.fixture
def site() -> Site:
    return Site()


def create(site: Site, name: StackName = DEV) -> StackRecord:
    return site.service().stacks.create(name, tags={"a": "1"}, secrets=lambda _id: PROVIDER)


def test_create(site: Site) -> None:
    """A new stack has an id of its own, and the key that was made for that id."""
    asked = []

    def secrets(stack_id: str) -> SecretsProvider:
        asked.append(stack_id)
        return PROVIDER

    stack = site.service().stacks.create(DEV, tags={"a": "1"}, secrets=secrets)

    assert stack == StackRecord(stack.id, DEV, created_at=NOON, tags={"a": "1"}, secrets=PROVIDER)
    assert asked == [stack.id]
    assert site.service().stacks.require(DEV) == stack


def test_create_twice(site: Site) -> None:
    """The second one is refused before a key is made for it."""
    create(site)

    def no_secrets(stack_id: str) -> SecretsProvider:
        raise AssertionError(stack_id)

    with pytest.raises(StackExistsError, match="'organization/shop/dev' already exists"):
        site.service().stacks.create(DEV, tags={}, secrets=no_secrets)


def test_create_at_the_same_time(site: Site) -> None:
    """Of two that are made at once, the first to be written is the stack."""
    first: list[StackRecord] = []
    other = Meanwhile(call="records.put", action=lambda: first.append(create(site)))

    with pytest.raises(StackExistsError):
        site.service(other).stacks.create(DEV, tags={}, secrets=lambda _id: None)

    assert site.service().stacks.require(DEV) == first[0]


def test_checkpoint_is_adopted(site: Site) -> None:
    """A checkpoint that lies there becomes the stack's, with the key that it names."""
    state = deployment(resource("old"), secrets_providers=PROVIDER.as_state())
    body = encode_checkpoint(DEV.qualified, VersionedDeployment(3, (), state))
    site.storage().objects.put(DEV.checkpoint_key, body, if_etag=None)

    stack = site.service().stacks.create(DEV, tags={}, secrets=lambda _id: None)

    assert stack.secrets == PROVIDER
    assert names_in(site.client().export().document) == ["old"]


def test_damaged_checkpoint_is_not_adopted(site: Site) -> None:
    """Over a checkpoint that cannot be read no stack is made."""
    site.storage().objects.put(DEV.checkpoint_key, b"{", if_etag=None)

    with pytest.raises(CorruptStateError):
        create(site)
    assert site.service().stacks.find(DEV) is None


def test_find_and_require(site: Site) -> None:
    """What is not there is None, or an error that names it."""
    stacks = site.service().stacks

    assert stacks.find(DEV) is None
    with pytest.raises(StackNotFoundError, match="'shop/dev'"):
        stacks.require(DEV)
    with pytest.raises(StackNotFoundError):
        stacks.change(DEV, lambda stack: stack)


def test_list(site: Site) -> None:
    """The stacks of one project, by name."""
    for project, stack in (("shop", "b"), ("shop", "a"), ("shop2", "c")):
        create(site, StackName(project, stack))

    listed = site.service().stacks.list("shop")

    assert [stack.name.stack for stack in listed] == ["a", "b"]
    assert site.service().stacks.list("none") == []


def test_change_keeps_what_others_wrote(site: Site) -> None:
    """A tag and a config value that are written at the same time are both there."""
    create(site)
    other = Meanwhile(
        call="records.put", action=lambda: site.service().stacks.replace_tags(DEV, {"b": "2"})
    )

    changed = site.service(other).stacks.change(
        DEV, lambda stack: replace(stack, config={"k": ConfigValue("v")})
    )

    assert (changed.tags, changed.config) == ({"b": "2"}, {"k": ConfigValue("v")})
    assert site.service().stacks.require(DEV) == changed


def test_change_that_never_gets_through(site: Site) -> None:
    """A record that changes all the time is given up with a conflict, not for ever."""
    create(site)
    busy = _Busy(site)

    with pytest.raises(StateConflictError, match="too fast"):
        site.service(busy).stacks.replace_tags(DEV, {})


def test_delete(site: Site) -> None:
    """Record, history, journals and checkpoint are gone; the checkpoint's versions stay."""
    client = site.client_with_stack()
    update = client.run_update(*creation("a"))
    stack = site.service().stacks.require(DEV)
    version_id = site.service().updates.history(stack)[0].checkpoint_version_id

    site.service().stacks.delete(DEV, force=True)

    storage = site.storage()
    assert site.service().stacks.find(DEV) is None
    assert list(storage.records.list(f"updates#{stack.id}")) == []
    assert storage.log.read(update.id) == ()
    assert storage.objects.get(DEV.checkpoint_key) is None
    assert storage.objects.get(DEV.checkpoint_key, version_id=version_id) is not None
    with pytest.raises(StackNotFoundError):
        site.service().stacks.delete(DEV, force=True)


def test_delete_is_refused(site: Site) -> None:
    """Resources without force, and an open update with or without, keep the stack."""
    client = site.client_with_stack()
    client.run_update(*creation("a"))
    with pytest.raises(StackNotEmptyError):
        site.service().stacks.delete(DEV, force=False)
    update = client.open_update()
    with pytest.raises(UpdateInProgressError, match=update.id):
        site.service().stacks.delete(DEV, force=True)
    assert update.append(*creation("b")).is_ok
    assert update.complete().is_ok


def test_delete_against_an_update_that_fills_the_stack(site: Site) -> None:
    """The stack was empty when it was looked at, and is not when it would be marked: it stays."""
    client = site.client_with_stack()
    fill = Meanwhile(call="records.put", action=lambda: client.run_update(*creation("a")))

    with pytest.raises(StackNotEmptyError):
        site.service(fill).stacks.delete(DEV, force=False)

    assert names_in(client.export().document) == ["a"]


@pytest.mark.parametrize("call", ["log.drop", "records.delete", "objects.delete"])
@pytest.mark.parametrize("moment", Moment)
def test_delete_goes_on_where_it_died(site: Site, call: str, moment: Moment) -> None:
    """While a deletion is half done nothing can start; deleting again finishes it, and needs no
    force for what force was given before."""
    client = site.client_with_stack()
    client.run_update(*creation("a"))
    update = client.create_update()
    with pytest.raises(StoreUnavailableError):
        site.service(Outage(call=call, moment=moment)).stacks.delete(DEV, force=True)

    assert update.start().status == 404
    assert site.service().stacks.require(DEV).is_being_deleted
    site.service().stacks.delete(DEV, force=False)

    assert site.service().stacks.find(DEV) is None
    assert site.lock_keys() == []


def test_made_again_after_deletion(site: Site) -> None:
    """A stack of the same name is another stack, and begins empty."""
    first = create(site)
    site.client().run_update(*creation("a"))
    site.service().stacks.delete(DEV, force=True)

    second = create(site)

    assert second.id != first.id
    assert names_in(site.client().export().document) == []
    assert site.client().history() == []


class _Busy(Watch):
    """Somebody writes the record before every write of ours."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def at(self, moment: Moment, call: str) -> None:
        if call == "records.put" and moment is Moment.BEFORE:
            count = len(self.calls)
            self.calls.append(call)
            self._site.service().stacks.replace_tags(DEV, {"n": str(count)})


def test_names_of_all_projects(site: Site) -> None:
    """Each stack with a checkpoint once, in order, whoever has made it; other files are none."""
    for name in (DEV, StackName("shop", "a"), StackName("shop-2", "x"), StackName("api", "prod")):
        create(site, name)
    objects = site.storage().objects
    for key in ("bare/cli.json.gz", "shop/dev.json.zst", "shop/dev.json.bak", "loose.json"):
        objects.put(f".pulumi/stacks/{key}", b"{}", if_etag=None)
    objects.put(".pulumi/stacks/shop/deeper/x.json", b"{}", if_etag=None)

    stacks = site.service().stacks

    assert [str(name) for name in stacks.names()] == [
        *("api/prod", "bare/cli", "shop/a", "shop/dev", "shop-2/x")
    ]
    assert [str(name) for name in stacks.names("shop")] == ["shop/a", "shop/dev"]
    assert stacks.names("nobody") == []
