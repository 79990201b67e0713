"""Inputs judged and completed by a type's description."""

import json

import pytest

from local.provider.provider import Checked, NamingMode, NamingWish, Resource
from local.provider.values import UNKNOWN, Properties, SecretValue, contains_secret, reveal
from shelf_type import SHELF_TYPE, Shelf

_THING = Resource(type=SHELF_TYPE, name="box", urn="urn:box")


def _check(inputs: Properties, wish: NamingWish | None = None) -> Checked:
    naming = wish or NamingWish(seed=b"seed")
    return Shelf().provider().check(_THING, old={}, new=inputs, naming=naming)


def _reasons(inputs: Properties) -> dict[str, str]:
    return {failure.property: failure.reason for failure in _check(inputs).failures}


def test_good_inputs_are_kept_and_named() -> None:
    """Inputs that are all known come back with nothing but a name added."""
    checked = _check({"color": "red", "note": None})

    assert checked.failures == ()
    assert checked.inputs.keys() == {"color", "name", "__defaults"}


def test_an_input_that_would_be_ignored_is_refused() -> None:
    """What this provider cannot do is an error that says what it can and what to do."""
    reasons = _reasons({"weight": 3, "parts": [{"kind": "lid", "size": 2}]})

    assert reasons.keys() == {"weight", "parts"}
    assert "this provider is for the emulator" in reasons["weight"]
    assert "color" in reasons["weight"]
    assert "real aws plugin" in reasons["weight"]
    assert "parts[0].size" in reasons["parts"]


def test_a_choice_that_there_is_not_is_refused() -> None:
    """The error names the choices; an unknown value may still be one of them."""
    assert "wood, steel" in _reasons({"material": "glass"})["material"]
    assert _reasons({"material": UNKNOWN}) == {}
    assert _reasons({"material": SecretValue("steel")}) == {}


def test_another_region_is_refused() -> None:
    """One provider is for one region."""
    assert "us-east-1" in _reasons({"region": "eu-west-1"})["region"]
    assert _reasons({"region": "us-east-1"}) == {}


@pytest.mark.parametrize("secret", [True, False])
def test_a_document_is_kept_as_text(secret: bool) -> None:
    """A document given as an object becomes the text that AWS takes, secret if it held one."""
    owner = SecretValue("us") if secret else "us"
    label = _check({"label": {"owner": owner}}).inputs["label"]

    assert json.loads(reveal(label)) == {"owner": "us"}
    assert contains_secret(label) is secret


def test_a_document_with_an_unknown_part_is_unknown() -> None:
    """A text cannot be half known."""
    assert _check({"label": {"owner": UNKNOWN}}).inputs["label"] is UNKNOWN


def test_naming_that_is_off_is_a_failure() -> None:
    """A stack may ask that everything be named by its program."""
    failures = _check({}, NamingWish(mode=NamingMode.DISABLE)).failures

    assert [failure.property for failure in failures] == ["name"]
