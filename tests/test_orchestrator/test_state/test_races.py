"""Many processes at once on one store."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from journals import begin
from orchestrator.state.records import LEASE_LENGTH
from protocol_client import ClientUpdate
from state_sites import DEV, HOLDER, Site, creation, names_in
from storages import directory_opener

THREADS = 16

Result = TypeVar("Result")


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """All calls at the same time, each in a thread of its own."""
    barrier = threading.Barrier(len(calls))

    def call(one: Callable[[], Result]) -> Result:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def test_starts_at_once(site: Site) -> None:
    """Of many starts exactly one wins; the losers are told by whom, and only its lock is there."""
    site.client_with_stack()
    updates = [site.client().create_update() for _ in range(THREADS)]

    replies = at_once(*(update.start for update in updates))

    assert Counter(reply.status for reply in replies) == {200: 1, 409: THREADS - 1}
    (winner,) = [update for update in updates if update.lease]
    for reply in replies:
        if not reply.is_ok:
            assert f"{winner.id} by {HOLDER}" in reply.message
    assert site.lock_keys() == [DEV.lock_key(winner.id)]
    assert winner.append(*creation("a")).is_ok
    assert winner.complete().is_ok
    assert [entry["version"] for entry in winner.client.history()] == [1]


def test_starts_at_once_over_a_dead_update(site: Site) -> None:
    """All of them find the dead update and take it over together: it ends once, one of them wins,
    and nothing that it had acknowledged is lost."""
    dead = site.client_with_stack().open_update()
    assert dead.append(*creation("a")).is_ok
    site.clock.advance(LEASE_LENGTH.total_seconds())
    updates = [site.client().create_update() for _ in range(THREADS)]

    replies = at_once(*(update.start for update in updates))

    assert Counter(reply.status for reply in replies) == {200: 1, 409: THREADS - 1}
    (winner,) = [update for update in updates if update.lease]
    assert winner.append(*creation("b")).is_ok
    assert winner.complete().is_ok
    assert names_in(winner.client.export().document) == ["a", "b"]
    versions = [entry["version"] for entry in winner.client.history()]
    assert versions == [2, 1]
    assert site.lock_keys() == []


def test_completions_at_once(site: Site) -> None:
    """A completion that arrives many times, by many processes, is one completion."""
    update = site.client_with_stack().open_update()
    assert update.append(*creation("a")).is_ok
    copies = [update.through(site.client()) for _ in range(THREADS)]

    replies = at_once(*(copy.complete for copy in copies))

    assert [reply.status for reply in replies] == [200] * THREADS
    assert names_in(update.client.export().document) == ["a"]
    assert site.lock_keys() == []


def test_completion_against_cancellation(site: Site) -> None:
    """Whoever seals first decides, and both sides are told the same story."""
    for _ in range(8):
        client = site.client()
        client.create_stack()
        update = client.open_update()
        assert update.append(begin(1, 1)).is_ok
        other = update.through(site.client())

        completed, cancelled = at_once(update.complete, other.cancel)

        result = client.history()[0]["result"]
        assert result == ("succeeded" if completed.is_ok else "failed")
        assert completed.is_ok or cancelled.is_ok
        assert site.lock_keys() == []


def test_writers_of_one_journal_at_once(site: Site) -> None:
    """Processes that send overlapping parts of one journal at the same time: each entry is stored
    once, and the journal is whole."""
    update = site.client_with_stack().open_update()
    copies = [update.through(site.client()) for _ in range(4)]

    def send(copy: ClientUpdate, offset: int) -> int:
        statuses = [
            copy.append(*(begin(n, n) for n in range(first, first + 6))).status
            for first in range(1 + offset, 40, 4)
        ]
        return max(statuses)

    worst = at_once(*(lambda c=copy, o=n: send(c, o) for n, copy in enumerate(copies)))

    assert worst == [200] * 4
    assert update.complete().is_ok


def test_append_against_take_over(site: Site) -> None:
    """A writer that goes on while it is taken over: what was acknowledged is in the state, and
    nothing else."""
    client = site.client_with_stack()
    update = client.open_update()
    acknowledged: list[str] = []

    def write() -> None:
        for number in range(50):
            name = f"r{number}"
            if not update.append(*creation(name, first=2 * number + 1)).is_ok:
                return
            acknowledged.append(name)

    def take_over() -> None:
        site.service().updates.take_over(DEV, update.id, "it seemed dead")

    at_once(write, take_over)

    assert names_in(client.export().document) == sorted(acknowledged)


def test_deletion_against_starts(site: Site) -> None:
    """A stack is deleted or an update opens it, never both."""
    for _ in range(8):
        client = site.client()
        client.create_stack()
        update = site.client().create_update()

        deleted, started = at_once(lambda: site.client().delete_stack(), update.start)

        assert not (deleted.is_ok and started.is_ok)
        if started.is_ok:
            assert update.append(*creation("a")).is_ok
            assert update.complete().is_ok
            assert client.delete_stack(force=True).is_ok
        assert site.lock_keys() == []


def test_one_process_with_many_threads(site: Site) -> None:
    """The threads of one process share its memory of the update, and lose nothing."""
    update = site.client_with_stack().open_update()

    replies = at_once(
        *(lambda n=n: update.append(*creation(f"r{n}", first=2 * n + 1)) for n in range(THREADS))
    )

    assert [reply.status for reply in replies] == [200] * THREADS
    assert update.complete().is_ok
    assert len(names_in(update.client.export().document)) == THREADS


def test_tags_at_once(site: Site) -> None:
    """Of two writers of tags both get through, one after the other."""
    client = site.client_with_stack()
    path = f"{client.stack_path}/tags"

    replies = at_once(*(lambda n=n: client.call("PATCH", path, {"n": str(n)}) for n in range(3)))

    assert {reply.status for reply in replies} == {204}
    assert client.show_stack().document["tags"]["n"] in {"0", "1", "2"}
