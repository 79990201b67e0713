"""Stacks of Hoist become stacks of a bare CLI."""

from contextlib import suppress
from dataclasses import replace

import pytest

from hoist.clock import FixedClock
from journals import begin, resource, success
from orchestrator.state.errors import CorruptStateError, UpdateInProgressError
from orchestrator.state.names import META_BODY, META_KEY
from orchestrator.state.serving.errors import StackDiffersError
from orchestrator.state.serving.moves.backend import BareBackend
from orchestrator.state.serving.moves.exporting import Outlet
from orchestrator.state.serving.moves.importing import Intake
from orchestrator.state.serving.moves.moved import MoveOutcome
from protocol_client import ProtocolClient
from serving_files import DEV, PROD, InMemoryFiles
from state_sites import Site
from watched_storage import Died, Killer, Moment, watched


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    """A client whose stack has a resource and a tag."""
    client = site.client()
    assert client.create_stack(tags={"team": "red"}).is_ok
    client.run_update(begin(1, 1), success(2, 1, state=resource("a")))
    return client


def outlet(site: Site, files: InMemoryFiles) -> Outlet:
    return Outlet(site.storage(), files, zstd=None, clock=site.clock)


def test_a_stack_is_given_out(site: Site, client: ProtocolClient) -> None:
    """The backend has its resources and its tags, and the mark by which a CLI knows it."""
    files = InMemoryFiles()

    moved = outlet(site, files).give(DEV)

    assert (moved.outcome, moved.resource_count) == (MoveOutcome.MOVED, 1)
    assert files.bodies[META_KEY] == META_BODY
    there = BareBackend(files, zstd=None)
    assert there.names() == [DEV]
    stack = there.read(DEV)
    assert (stack.digest, stack.tags) == (moved.digest, {"team": "red"})


def test_a_second_time_changes_nothing(site: Site, client: ProtocolClient) -> None:
    """What is there is known by its digest; a dry run writes nothing."""
    files = InMemoryFiles()
    dry = outlet(site, files).give(DEV, is_dry_run=True)
    assert (dry.outcome, files.bodies) == (MoveOutcome.WOULD_MOVE, {})
    outlet(site, files).give(DEV)
    before = dict(files.bodies)

    assert outlet(site, files).give(DEV).outcome is MoveOutcome.UNCHANGED

    assert files.bodies == before


def test_another_stack_there_stays(site: Site, client: ProtocolClient) -> None:
    """What is there is never overwritten, however it is packed."""
    for ending in ("", ".gz"):
        files = InMemoryFiles()
        files.put_stack(DEV, "b", ending=ending)
        before = dict(files.bodies)

        with pytest.raises(StackDiffersError):
            outlet(site, files).give(DEV)

        assert files.bodies == before


def test_an_open_update_is_waited_for(site: Site, client: ProtocolClient) -> None:
    """Half of an update is nothing to give out; when it has ended the stack can go."""
    update = client.open_update()

    with pytest.raises(UpdateInProgressError) as refused:
        outlet(site, InMemoryFiles()).give(DEV)

    assert "pulumi cancel" in refused.value.way_out
    assert update.complete().is_ok
    assert outlet(site, InMemoryFiles()).give(DEV).outcome is MoveOutcome.MOVED


def test_a_conflicted_stack_is_refused(site: Site, client: ProtocolClient) -> None:
    """A person must say first which state holds."""
    update = client.open_update()
    objects = site.storage().objects
    found = objects.get(DEV.checkpoint_key)
    assert found
    objects.put(DEV.checkpoint_key, found.body + b"\n", if_etag=found.etag)
    update.append(begin(1, 1), success(2, 1, state=resource("b")))
    update.complete()

    with pytest.raises(CorruptStateError, match="conflicted"):
        outlet(site, InMemoryFiles()).give(DEV)


@pytest.mark.parametrize("moment", list(Moment))
def test_what_was_interrupted_goes_on(moment: Moment, site: Site, client: ProtocolClient) -> None:
    """Whatever it read last, the next try ends with the stack there, once."""
    for at_call in range(1, 100):
        files, killer = InMemoryFiles(), Killer(at_call=at_call, moment=moment)
        dying = Outlet(
            watched(site.storage(), killer), files, zstd=None, clock=FixedClock(site.clock.now())
        )
        with suppress(Died):
            dying.give(DEV)

        outlet(site, files).give(DEV)

        assert outlet(site, files).give(DEV).outcome is MoveOutcome.UNCHANGED
        if not killer.has_struck:
            break
    assert at_call > 2


def test_out_and_in_again_is_the_same(site: Site, client: ProtocolClient) -> None:
    """A stack that went out and came in elsewhere has the digest that it had."""
    files, elsewhere = InMemoryFiles(), Site()
    given = outlet(site, files).give(DEV)
    backend = BareBackend(files, zstd=None)

    taken = Intake(backend, elsewhere.storage(), zstd=None, clock=elsewhere.clock).take(DEV)

    assert taken == replace(given, outcome=MoveOutcome.MOVED)
    assert elsewhere.client().export().document == client.export().document


def test_keys_of_this_backend_do_not_go(site: Site) -> None:
    """A stack whose secrets only this backend opens is refused, and the way out is told."""
    files = InMemoryFiles()
    state = {"url": "", "owner": "organization", "project": "shop", "stack": "prod"}
    files.put_stack(PROD, "a", secrets_providers={"type": "service", "state": state})
    body = files.bodies[PROD.checkpoint_key]
    site.storage().objects.put(PROD.checkpoint_key, body, if_etag=None)
    site.service().stacks.create(PROD, tags={}, secrets=lambda _stack_id: None)

    with pytest.raises(CorruptStateError) as refused:
        outlet(site, InMemoryFiles()).give(PROD)

    assert "change-secrets-provider" in refused.value.way_out
