"""A plugin laid into a Pulumi home, and the process that the engine makes of it."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from hoist.clock import SystemClock
from local.provider.aws.install import install_aws_plugin
from local.provider.plugin_files import write_plugin
from plugin_client import Deployed, PluginClient
from plugin_process import running_plugin
from probe_provider.plugin import ITEM
from probe_provider.world import World

_PATIENCE_SECONDS = 20.0


def _write_probe(home: Path) -> Path:
    return write_plugin(
        home,
        name="probe",
        version="1.0.0",
        module="probe_provider.plugin",
        python=Path(sys.executable),
    )


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    return _write_probe(tmp_path / "home")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


def _await(happened: Callable[[], bool]) -> None:
    clock = SystemClock()
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while not happened():
        assert clock.monotonic() < deadline, "it did not happen"
        clock.sleep(0.01)


def _start_waiting_create(
    client: PluginClient, world: World, pool: ThreadPoolExecutor
) -> tuple[Path, "Future[Deployed]"]:
    release = world.folder / "release"
    client.configure({"world": str(world.folder)})
    create = pool.submit(client.deploy, ITEM, "slow", {"waitFor": str(release)})
    _await(world.started_sign("slow").exists)
    return release, create


def test_a_plugin_is_where_the_engine_looks(probe: Path, tmp_path: Path) -> None:
    """Name and version are in the folder's name, and the file in it can be executed."""
    folder = tmp_path / "home" / "plugins" / "resource-probe-v1.0.0"

    assert probe == folder / "pulumi-resource-probe"
    assert os.access(probe, os.X_OK)


def test_writing_a_plugin_again_changes_nothing(probe: Path, tmp_path: Path) -> None:
    """A second writing leaves the files that are there, and no others."""
    before = {path.name: path.stat().st_ino for path in probe.parent.iterdir()}
    _write_probe(tmp_path / "home")

    assert {path.name: path.stat().st_ino for path in probe.parent.iterdir()} == before


def test_a_home_with_blanks_and_quotes_will_do(tmp_path: Path) -> None:
    """The script quotes the paths that it was given."""
    with running_plugin(_write_probe(tmp_path / "a home, isn't it")) as plugin:
        assert plugin.client.version() == "1.0.0"


def test_a_plugin_of_nothing_is_refused(tmp_path: Path) -> None:
    """A module that cannot be found is said when the plugin is written, not when it starts."""
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        write_plugin(
            tmp_path,
            name="x",
            version="1.0.0",
            module="no_such_package.plugin",
            python=Path(sys.executable),
        )


def test_a_start_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """Neither the SDK nor asyncio nor botocore is loaded before somebody needs it."""
    aws = install_aws_plugin(tmp_path, python=Path(sys.executable))
    started = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", aws.with_name("main.py")],
        input="",  # the engine's end of stdin is closed: it leaves as soon as it serves
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in started.stderr.splitlines()}

    assert "pulumi.runtime.proto.provider_pb2" in loaded
    assert not loaded & {"pulumi.resource", "asyncio.events", "botocore", "boto3"}


def test_the_aws_plugin_has_the_version_that_programs_ask_for(tmp_path: Path) -> None:
    """The SDK's version is the plugin's."""
    sdk = importlib.util.find_spec("pulumi_aws")
    assert sdk is not None
    assert sdk.origin is not None
    asked_for = json.loads(Path(sdk.origin).with_name("pulumi-plugin.json").read_text())["version"]

    with running_plugin(install_aws_plugin(tmp_path, python=Path(sys.executable))) as plugin:
        assert plugin.client.version() == asked_for


def test_a_plugin_leaves_with_its_engine(probe: Path, world: World) -> None:
    """An engine that dies in the middle of a create takes the plugin along, create undone."""
    with running_plugin(probe) as plugin, ThreadPoolExecutor(1) as pool:
        _release, create = _start_waiting_create(plugin.client, world, pool)
        plugin.engine_dies()

        assert plugin.wait() == 0
        with pytest.raises(grpc.RpcError):
            create.result()
    assert world.names() == []


def test_a_cancel_lets_what_is_under_way_finish(probe: Path, world: World) -> None:
    """After a cancel the create that is under way still ends well, and is answered."""
    with running_plugin(probe) as plugin, ThreadPoolExecutor(1) as pool:
        release, create = _start_waiting_create(plugin.client, world, pool)
        plugin.client.cancel()
        release.touch()

        assert create.result().id in world.resources()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_lets_what_is_under_way_finish(
    probe: Path, world: World, stop: signal.Signals
) -> None:
    """The engine's signal ends the plugin once the create that is under way has been answered."""
    with running_plugin(probe) as plugin, ThreadPoolExecutor(1) as pool:
        release, create = _start_waiting_create(plugin.client, world, pool)
        plugin.process.send_signal(stop)
        release.touch()

        assert create.result().id in world.resources()
        assert plugin.wait() == 0
