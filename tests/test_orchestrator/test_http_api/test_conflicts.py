"""Conflicts over HTTP: both sides, and a person's word on which one holds."""

from typing import Any

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from hoist.access.grants import Grant
from hoist.access.permissions import Role
from state_sites import DEV, creation


def conflict(estate: InMemoryEstate, *, theirs: tuple[str, ...] = ("theirs", "both")) -> str:
    """Leave the stack conflicted; the update's id."""
    update = estate.site().client().open_update()
    update.append(*creation("ours"), *creation("both", first=3))
    estate.site().put_checkpoint(*theirs)
    update.complete("succeeded")
    return update.id


def names(estate: InMemoryEstate) -> list[str]:
    resources = estate.stacks.state(DEV).resources
    return sorted(each["urn"].rsplit("::", 1)[-1] for each in resources)


def choice(client: ApiClient, stack: str, keep: str) -> dict[str, Any]:
    """Which side holds, by somebody who has seen the present two."""
    seen = client.get(f"{stack}/conflict").document
    return {
        "keep": keep,
        "update_id": seen["update"]["id"],
        "seen_version": seen["theirs"]["version_id"],
    }


def test_both_sides_are_shown(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """With the update, how many resources each has, and where they differ, by URN."""
    update_id = conflict(estate)

    shown = client.get(f"{stack}/conflict").as_model("Conflict")

    assert shown["update"]["id"] == update_id
    assert (shown["ours"]["resource_count"], shown["theirs"]["resource_count"]) == (2, 2)
    assert shown["theirs"]["version_id"]
    differing = {each["urn"].rsplit("::", 1)[-1]: each["kind"] for each in shown["differences"]}
    assert differing == {"ours": "only_ours", "theirs": "only_theirs"}


@pytest.mark.parametrize(
    ("keep", "left"), [("ours", ["both", "ours"]), ("theirs", ["both", "theirs"])]
)
def test_one_side_holds(
    estate: InMemoryEstate, client: ApiClient, stack: str, keep: str, left: list[str]
) -> None:
    """The state is the chosen one, the stack is conflicted no more, and an update may start."""
    conflict(estate)

    settled = client.post(f"{stack}/conflict", choice(client, stack, keep)).as_model("Stack")

    assert (settled["conflicted"], settled["resource_count"]) == (False, 2)
    assert names(estate) == left
    estate.site().client().run_update()


def test_stack_without_a_conflict_has_no_sides(client: ApiClient, stack: str) -> None:
    """Looking at it is refused, and so is settling it."""
    answer = {"keep": "ours", "update_id": "upd-1", "seen_version": ""}

    assert client.get(f"{stack}/conflict").code == "stack_not_conflicted"
    assert client.post(f"{stack}/conflict", answer).code == "stack_not_conflicted"


def test_what_moved_since_it_was_seen_is_not_settled(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """Somebody who writes the checkpoint between look and word is noticed; nothing is lost."""
    conflict(estate)
    seen = choice(client, stack, "ours")
    estate.site().put_checkpoint("later")

    assert client.post(f"{stack}/conflict", seen).code == "object_changed"
    assert names(estate) == ["later"]
    assert client.get(stack).document["conflicted"]


def test_update_that_left_nothing_cannot_hold(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """Where there is one side only, the other is null, and keeping it is refused."""
    update_id = conflict(estate)
    estate.storage.objects.delete(f".hoist/conflicts/{DEV.qualified}/{update_id}.json")

    shown = client.get(f"{stack}/conflict").as_model("Conflict")

    assert (shown["ours"], shown["differences"]) == (None, [])
    assert client.post(f"{stack}/conflict", choice(client, stack, "ours")).code == "bad_request"


def test_readers_see_and_do_not_settle(estate: InMemoryEstate, stack: str) -> None:
    """Whoever may only look is shown both sides, and has no word in it."""
    conflict(estate)
    reader = estate.client_of("eve", Grant(Role.VIEWER))

    assert reader.get(f"{stack}/conflict").status == 200
    assert reader.post(f"{stack}/conflict", choice(reader, stack, "ours")).status == 403
    assert names(estate) == ["both", "theirs"]
