"""Ids that say something only inside another resource, and the addresses made of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.provider.aws.resource_type import ResourceType
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties, SecretValue
from shelf_type import Shelf

_WITHIN_A_ROOM = replace(Shelf().type(), within="room")
_IDS = st.text(min_size=1).filter(lambda text: "/" not in text)


@given(place=st.text(min_size=1), resource_id=_IDS, is_secret=st.booleans())
def test_an_address_is_place_and_id(place: str, resource_id: str, is_secret: bool) -> None:
    """The operations get both, the engine the id, and either leads to the other."""
    known: Properties = {"room": SecretValue(place) if is_secret else place}
    address = _WITHIN_A_ROOM.address(resource_id, known)

    assert address == f"{place}/{resource_id}"
    assert _WITHIN_A_ROOM.id_of(address) == resource_id


@given(place=_IDS, resource_id=_IDS)
def test_an_import_gives_the_whole_address(place: str, resource_id: str) -> None:
    """It knows no inputs; what it names is found all the same."""
    assert _WITHIN_A_ROOM.address(f"{place}/{resource_id}", {}) == f"{place}/{resource_id}"


def test_half_an_address_is_refused() -> None:
    """An id alone leads nowhere, and the refusal says how to write it."""
    with pytest.raises(ResourceRefusedError, match="box alone does not say") as refused:
        _WITHIN_A_ROOM.address("box", {})

    assert refused.value.way_out == "write it as room/id"


@given(resource_id=st.text())
def test_other_ids_are_addresses(resource_id: str) -> None:
    """A type that stands on its own has ids that may hold anything."""
    kind: ResourceType = Shelf().type()

    assert kind.address(resource_id, {"room": "hall"}) == resource_id
    assert kind.id_of(resource_id) == resource_id
