"""What all types do alike, shown on one that is kept in memory."""

import json

import pytest

from local.provider.aws.plugin import TYPES
from local.provider.aws.provider import AwsProvider
from local.provider.difference import Change, Difference
from local.provider.errors import (
    ConfigRefusedError,
    InitializationError,
    ResourceRefusedError,
    ResourceTypeUnknownError,
)
from local.provider.provider import Found, Resource
from local.provider.values import UNKNOWN, Properties, SecretValue, contains_secret
from shelf_type import SHELF_TYPE, Shelf

_THING = Resource(type=SHELF_TYPE, name="box", urn="urn:box", id="box")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def provider(shelf: Shelf) -> AwsProvider:
    return shelf.provider()


def _create(provider: AwsProvider, inputs: Properties) -> Properties:
    return provider.create(_THING, inputs, preview=False).outputs


def _diff(provider: AwsProvider, old: Properties, new: Properties) -> Difference:
    return provider.diff(_THING, old=old, outputs={}, new=new)


def _read(provider: AwsProvider, inputs: Properties) -> Found:
    found = provider.read(_THING, inputs=inputs, outputs={})
    assert found is not None
    return found


def test_outputs_are_the_inputs_and_what_the_cloud_adds(provider: AwsProvider) -> None:
    """Defaults and what the cloud decided are among the outputs."""
    assert _create(provider, {"name": "box", "note": "mine"}) == {
        "name": "box",
        "material": "wood",
        "color": "grey",
        "parts": [],
        "note": "mine",
        "deleteGently": False,
        "place": "shelf/box",
        "tags": {},
        "tagsAll": {},
    }


def test_only_what_comes_later_is_set_after_the_create(shelf: Shelf, provider: AwsProvider) -> None:
    """A create is one call, and a second only for what the first cannot take."""
    _create(provider, {"name": "box", "color": "red"})
    _create(provider, {"name": "box2", "color": "red", "note": "mine"})

    assert shelf.applied == [frozenset({"note"})]


def test_an_unfinished_create_is_known_and_goes_on(shelf: Shelf, provider: AwsProvider) -> None:
    """If the second call fails, the thing is kept; the next update sets all there is to set."""
    inputs: Properties = {"name": "box", "note": "mine", "tags": {"a": "b"}}
    shelf.jammed = True
    with pytest.raises(InitializationError) as failed:
        _create(provider, inputs)
    shelf.jammed = False
    known = failed.value.properties
    outputs = provider.update(_THING, old=inputs, outputs=known, new=inputs, preview=False)

    assert failed.value.resource_id == "box"
    assert known["note"] == "mine"
    assert UNKNOWN not in known.values()
    assert outputs["note"] == "mine"
    assert outputs["tags"] == {"a": "b"}


def test_an_update_sets_what_changed_and_no_more(shelf: Shelf, provider: AwsProvider) -> None:
    """The cloud is told of the changed inputs only, of a removed one its default."""
    old: Properties = {"name": "box", "color": "red", "parts": [{"kind": "lid"}]}
    outputs = _create(provider, old)
    new = {"name": "box", "color": "blue"}
    updated = provider.update(_THING, old=old, outputs=outputs, new=new, preview=False)

    assert shelf.applied == [frozenset({"color", "parts"})]
    assert updated["color"] == "blue"
    assert updated["parts"] == []


def test_spelling_makes_no_difference(provider: AwsProvider) -> None:
    """Documents are compared by what they say, sets without their order."""
    old = {"label": json.dumps({"a": 1, "b": 2}), "parts": [{"kind": "lid"}, {"kind": "box"}]}
    new = {"label": '{"b":2,  "a":1}', "parts": [{"kind": "box"}, {"kind": "lid"}]}

    assert _diff(provider, old, new).changes == {}


def test_the_default_is_no_change(provider: AwsProvider) -> None:
    """To say what holds anyway, or to stop saying it, changes nothing."""
    said = {"material": "wood", "tags": {}, "deleteGently": False}

    assert _diff(provider, {}, said).changes == {}
    assert _diff(provider, said, {}).changes == {}


def test_what_the_cloud_decided_stays_decided(provider: AwsProvider) -> None:
    """An input that the program leaves to the cloud is no change, whatever it was before."""
    assert _diff(provider, {"color": "red"}, {}).changes == {}


def test_a_named_thing_goes_before_its_successor(provider: AwsProvider) -> None:
    """Two with one name cannot be there at once; generated names never meet."""
    named = _diff(provider, {"name": "box"}, {"name": "box", "material": "steel"})
    renamed = _diff(provider, {"name": "box"}, {"name": "case", "material": "steel"})
    generated = _diff(
        provider,
        {"name": "box-1", "__defaults": ["name"]},
        {"name": "box-1", "__defaults": ["name"], "material": "steel"},
    )

    assert named.delete_before_replace
    assert not renamed.delete_before_replace
    assert not generated.delete_before_replace
    assert generated.replaces == {"material"}


def test_a_preview_knows_what_the_cloud_need_not_say(provider: AwsProvider) -> None:
    """In a preview of a create the cloud's part is unknown, the rest is there."""
    shown = provider.create(_THING, {"name": "box", "note": UNKNOWN}, preview=True)

    assert shown.id == ""
    assert shown.outputs["name"] == "box"
    assert shown.outputs["material"] == "wood"
    assert shown.outputs["note"] is UNKNOWN
    assert shown.outputs["color"] is UNKNOWN
    assert shown.outputs["place"] is UNKNOWN


def test_a_preview_of_an_update_keeps_what_the_cloud_said(
    shelf: Shelf, provider: AwsProvider
) -> None:
    """What does not change is known in a preview, or everything behind it would be unknown."""
    old = {"name": "box"}
    outputs = _create(provider, old)
    shown = provider.update(
        _THING, old=old, outputs=outputs, new={"name": "box", "note": "x"}, preview=True
    )

    assert shown["place"] == "shelf/box"
    assert shown["color"] == "grey"
    assert shown["note"] == "x"
    assert shelf.applied == []


def test_secrets_stay_secret(provider: AwsProvider) -> None:
    """What shows a secret input is secret: itself, what is made from it, and all the tags."""
    inputs = {"name": SecretValue("box"), "tags": {"a": SecretValue("b"), "c": "d"}}
    outputs = _create(provider, inputs)
    found = _read(provider, inputs)

    for properties in (outputs, found.outputs):
        assert properties["name"] == SecretValue("box")
        assert properties["place"] == SecretValue("shelf/box")
        assert properties["tags"] == {"a": SecretValue("b"), "c": "d"}
        assert properties["tagsAll"] == {"a": SecretValue("b"), "c": "d"}
        assert not contains_secret(properties["material"])
    assert found.inputs == inputs


def test_drift_shows_in_the_inputs(shelf: Shelf, provider: AwsProvider) -> None:
    """A refresh gives the inputs that would make what is there, so that a diff shows the rest."""
    inputs = {"name": "box", "label": '{"b": 2, "a": 1}', "note": "mine"}
    _create(provider, inputs)
    shelf.things["box"].update(label='{"a": 1, "b": 2}', note="theirs", tags={"by": "them"})

    assert _read(provider, inputs).inputs == {
        **inputs,
        "note": "theirs",
        "tags": {"by": "them"},
    }


def test_an_import_gives_what_differs_from_the_defaults(
    shelf: Shelf, provider: AwsProvider
) -> None:
    """Without old inputs a read makes some, and leaves out what needs no saying."""
    _create(provider, {"name": "box", "note": "mine", "color": "red"})

    assert _read(provider, {}).inputs == {"name": "box", "note": "mine"}


def test_what_is_gone_reads_as_none(provider: AwsProvider) -> None:
    """A thing that is not there is not an error of the read, and one of the update."""
    assert provider.read(_THING, inputs={}, outputs={}) is None


def test_default_tags_are_added_and_kept_apart(shelf: Shelf) -> None:
    """The provider's tags reach the cloud and tagsAll; tags and inputs show the program's own."""
    provider = shelf.provider(defaultTags={"tags": {"owner": "us", "cost": "1"}})
    inputs: Properties = {"name": "box", "tags": {"cost": "2"}}
    outputs = _create(provider, inputs)

    assert shelf.things["box"]["tags"] == {"owner": "us", "cost": "2"}
    assert outputs["tags"] == {"cost": "2"}
    assert outputs["tagsAll"] == {"owner": "us", "cost": "2"}
    assert _read(provider, inputs).inputs == inputs


def test_new_default_tags_are_a_change(shelf: Shelf) -> None:
    """When only the provider's tags changed, the next update brings them to the cloud."""
    inputs: Properties = {"name": "box"}
    outputs = _create(shelf.provider(), inputs)
    provider = shelf.provider(defaultTags={"tags": {"owner": "us"}})

    found = provider.diff(_THING, old=inputs, outputs=outputs, new=inputs)
    provider.update(_THING, old=inputs, outputs=outputs, new=inputs, preview=False)

    assert found.changes == {"tagsAll": Change.UPDATE}
    assert shelf.things["box"]["tags"] == {"owner": "us"}


def test_another_type_is_refused_with_the_way_out() -> None:
    """A type that this provider does not know is answered by those that it knows."""
    provider = AwsProvider("7.0.0", TYPES, {})
    instance = Resource(type="aws:ec2/instance:Instance", name="i", urn="urn:i")

    with pytest.raises(ResourceTypeUnknownError) as refused:
        provider.create(instance, {}, preview=True)

    assert "this provider is for the emulator and knows only" in refused.value.message
    assert all(kind.token in refused.value.message for kind in TYPES)
    assert "real aws plugin" in refused.value.way_out


def test_another_function_is_refused_with_the_way_out(provider: AwsProvider) -> None:
    """A function that this provider does not know is answered by those that it knows."""
    with pytest.raises(ResourceTypeUnknownError, match="getCallerIdentity"):
        provider.invoke("aws:ec2/getVpc:getVpc", {})


def test_a_provider_without_settings_does_nothing() -> None:
    """Nothing is called before the endpoints have been judged."""
    provider = AwsProvider("7.0.0", [Shelf().type()], {})

    with pytest.raises(ConfigRefusedError, match="not configured"):
        provider.create(_THING, {"name": "box"}, preview=False)


def test_the_region_is_known_without_a_call(provider: AwsProvider) -> None:
    """The emulator may be down: the region is a setting."""
    assert provider.invoke("aws:index/getRegion:getRegion", {})["region"] == "us-east-1"
    with pytest.raises(ResourceRefusedError, match="one region"):
        provider.invoke("aws:index/getRegion:getRegion", {"region": "eu-west-1"})
