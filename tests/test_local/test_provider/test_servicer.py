"""A provider behind gRPC: the engine's calls, and failures as the engine understands them."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.server import start_server
from local.provider.values import UNKNOWN, SecretValue, decode, encode
from plugin_client import PluginClient
from probe_provider.plugin import ITEM, make_provider
from probe_provider.world import World

_MEGABYTE = 1024 * 1024


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


@pytest.fixture
def unconfigured() -> Iterator[PluginClient]:
    server, port = start_server(make_provider("1.2.3"))
    client = PluginClient(port)
    yield client
    client.close()
    server.stop(None).wait()


@pytest.fixture
def plugin(unconfigured: PluginClient, world: World) -> PluginClient:
    unconfigured.configure({"world": str(world.folder)})
    return unconfigured


def test_the_engine_learns_what_the_plugin_can(unconfigured: PluginClient) -> None:
    """The handshake promises secrets, resources and output values, and tells the version."""
    answer = unconfigured.handshake()

    assert answer.accept_secrets
    assert answer.accept_resources
    assert answer.accept_outputs
    assert unconfigured.version() == "1.2.3"


def test_a_missing_setting_is_a_failure_of_the_check(unconfigured: PluginClient) -> None:
    """The engine shows what is wrong with the provider's config, and where."""
    answer = unconfigured.stub.CheckConfig(provider_pb2.CheckRequest(news=encode({})))

    assert [failure.property for failure in answer.failures] == ["world"]


def test_a_config_that_changed_is_an_update(plugin: PluginClient) -> None:
    """New settings never replace the provider, which would replace all its resources."""
    answer = plugin.stub.DiffConfig(
        provider_pb2.DiffRequest(old_inputs=encode({"world": "a"}), news=encode({"world": "b"}))
    )

    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert not answer.replaces


def test_a_resource_lives_and_dies(plugin: PluginClient, world: World) -> None:
    """Create, update, read and delete reach the world, and secrets stay secret."""
    made = plugin.deploy(ITEM, "a", {"value": 1, "token": SecretValue("t")})
    updated = plugin.update(made, {**made.inputs, "value": 2})
    read = plugin.refresh(updated)
    plugin.delete(updated)

    assert read is not None
    assert read.outputs == updated.outputs
    assert read.outputs["value"] == 2
    assert isinstance(read.outputs["token"], SecretValue)
    assert world.resources() == {}
    assert world.operations() == [("create", "a"), ("update", "a"), ("delete", "a")]


def test_a_preview_passes_unknowns(plugin: PluginClient, world: World) -> None:
    """A previewed create takes unknown inputs and makes nothing."""
    shown = plugin.create(ITEM, "a", {"name": "a", "value": UNKNOWN}, preview=True)

    assert shown.id == ""
    assert shown.outputs["value"] is UNKNOWN
    assert world.names() == []


def test_what_is_gone_reads_as_nothing(plugin: PluginClient) -> None:
    """The empty answer tells the engine that a resource is not there."""
    assert plugin.read_by_id(ITEM, "a", "a-1") is None


def test_a_difference_says_what_replaces_and_when(plugin: PluginClient) -> None:
    """The engine learns which change makes a new item, and whether the old one goes first."""
    made = plugin.deploy(ITEM, "a", {"value": [1], "replaceKey": 1})
    news = {**made.inputs, "value": [2], "replaceKey": 2, "deleteBeforeReplace": True}

    found = plugin.diff(made, news)

    assert found.replaces == ["replaceKey"]
    assert found.delete_before_replace
    assert found.kinds == {
        "value[0]": "UPDATE",
        "replaceKey": "UPDATE_REPLACE",
        "deleteBeforeReplace": "ADD",
    }


def test_a_refusal_leaves_the_engine_sure(plugin: PluginClient, world: World) -> None:
    """A refused create has a status that says: nothing was made."""
    with pytest.raises(grpc.RpcError) as failed:
        plugin.deploy(ITEM, "a", {"failCreate": "no room"})

    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.value.details() == "no room"
    assert world.names() == []


def test_an_unfinished_create_is_kept_by_the_engine(plugin: PluginClient, world: World) -> None:
    """What was made but not finished comes with its id, so that it is not made twice."""
    with pytest.raises(grpc.RpcError) as failed:
        plugin.deploy(ITEM, "a", {"failAfterCreate": "half done"})
    (details,) = (each.value for each in failed.value.trailing_metadata())
    packed: any_pb2.Any = status_pb2.Status.FromString(details).details[0]
    unfinished = provider_pb2.ErrorResourceInitFailed()

    assert packed.Unpack(unfinished)
    assert {unfinished.id} == world.resources().keys()
    assert decode(unfinished.properties)["name"] == "a"
    assert "half done" in unfinished.reasons[0]


def test_a_fault_of_the_provider_tells_no_property(plugin: PluginClient) -> None:
    """An error that nobody foresaw is answered by its kind: its text may quote a secret."""
    inputs = {"name": SecretValue("hidden/nowhere")}
    with pytest.raises(grpc.RpcError) as failed:
        plugin.create(ITEM, "a", inputs)

    assert failed.value.code() is grpc.StatusCode.UNKNOWN
    assert "fault of the provider" in str(failed.value.details())
    assert "hidden" not in str(failed.value.details())


def test_large_properties_pass(plugin: PluginClient) -> None:
    """gRPC's own limit of 4 MB is not ours."""
    payload = "x" * (6 * _MEGABYTE)

    assert plugin.deploy(ITEM, "a", {"payload": payload}).outputs["payload"] == payload


def test_an_unknown_function_is_named(plugin: PluginClient) -> None:
    """Calling what is not there says what is not there."""
    with pytest.raises(grpc.RpcError) as failed:
        plugin.invoke("probe:index:nothing", {})

    assert "probe:index:nothing" in str(failed.value.details())
