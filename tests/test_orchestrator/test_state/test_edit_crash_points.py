"""The service dies before and after every call of the store, in the middle of an edit.

Afterwards a fresh process finds the edit done or not done, and nothing in between.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from journals import resource
from orchestrator.state.names import StackName
from orchestrator.state.records import LEASE_LENGTH
from protocol_client import ProtocolClient, Reply
from state_sites import DEV, Site, creation, names_in
from storages import directory_opener
from watched_storage import Died, Killer, Moment, Watch

pytestmark = pytest.mark.thorough

PROD = StackName("store", "prod")
VALUE = {"plaintext": b64encode(b"hunter2").decode()}

Edit = Callable[[ProtocolClient], Reply]


def import_state(client: ProtocolClient) -> Reply:
    return client.import_state(resource("x"))


def rename(client: ProtocolClient) -> Reply:
    return client.rename(PROD)


@pytest.fixture(params=["memory", "directory"])
def sites(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """As many as are asked for, each with a stack of two versions and a secret."""
    return map(_with_stack, _empty_sites(request.param, tmp_path))


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("edit", [import_state, rename])
def test_death(edit: Edit, moment: Moment, sites: Iterator[Site]) -> None:
    """Whichever call is the last one of its process, the next process goes on."""
    outcomes = set()
    for number in range(1, _calls_of(edit) + 1):
        site = next(sites)
        killer = Killer(at_call=number, moment=moment)
        with pytest.raises(Died):
            edit(site.client_of_all(killer))
        assert killer.has_struck
        site.clock.advance(LEASE_LENGTH.total_seconds())
        outcomes.add(_check_recovery(site, edit))
    assert outcomes == {True, False}


def test_death_and_another_rename(sites: Iterator[Site]) -> None:
    """A rename that was cut off, asked for again, ends with the stack under one name."""
    for number in range(1, _calls_of(rename) + 1):
        site = next(sites)
        with pytest.raises(Died):
            rename(site.client_of_all(Killer(at_call=number)))
        site.clock.advance(LEASE_LENGTH.total_seconds())

        rename(site.client_of_all())

        assert _check_recovery(site, rename)


def _check_recovery(site: Site, edit: Edit) -> bool:
    """A fresh process goes on under the one name that is left; whether the edit took effect."""
    working = [name for name in (DEV, PROD) if _can_update(site, name)]
    assert len(working) == 1
    [name] = working
    client = site.client_of_all().at(name)

    names = names_in(client.export().document)
    took_effect = "x" in names if edit is import_state else name == PROD
    made = {"x"} if took_effect and edit is import_state else {"a", "b"}
    assert set(names) == made | {"last"}
    versions = [update["version"] for update in client.history()]
    assert versions == list(range(len(versions), 0, -1))
    for version in versions:
        assert client.export(str(version)).is_ok
    assert list(site.storage().objects.list(".pulumi/locks/")) == []
    kept = [found.key for found in site.storage().objects.list(".pulumi/stacks/")]
    assert kept == [name.checkpoint_key]
    secret = client.call("POST", f"{client.stack_path}/decrypt", _ciphertext(site))
    assert secret.document == VALUE
    assert client.delete_stack(force=True).is_ok
    assert client.create_stack().is_ok
    return took_effect


def _can_update(site: Site, name: StackName) -> bool:
    client = site.client_of_all().at(name)
    created = client.request_update()
    if not created.is_ok:
        return False
    update = client.update_of(created)
    if not update.start().is_ok:
        return False
    assert update.append(*creation("last")).is_ok
    assert update.complete().is_ok
    return True


def _calls_of(edit: Edit) -> int:
    watch = Watch()
    site = _with_stack(Site())
    assert edit(site.client_of_all(watch)).is_ok
    return len(watch.calls)


def _with_stack(site: Site) -> Site:
    client = site.client_of_all()
    assert client.create_stack().is_ok
    client.run_update(*creation("a"))
    client.run_update(*creation("b"))
    sealed = client.call("POST", f"{client.stack_path}/encrypt", VALUE).document
    assert client.call("PATCH", f"{client.stack_path}/tags", sealed).is_ok
    return site


def _ciphertext(site: Site) -> dict[str, str]:
    """Where the test keeps it: among the tags, which an edit leaves alone."""
    stacks = site.service().stacks
    found = stacks.find(DEV) or stacks.require(PROD)
    return found.tags


def _empty_sites(kind: str, root: Path) -> Iterator[Site]:
    number = 0
    while True:
        number += 1
        yield Site() if kind == "memory" else Site(directory_opener(root / str(number)))
