"""The directory store and Pulumi's own file backend on the same folder."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.engine_binary import obtain_engine
from local.progress import SilentProgress
from local.settings import LocalSettings
from orchestrator.state.stores.directory import directory_storage

pytestmark = pytest.mark.engine

KEY = ".pulumi/stacks/shop/prod.json"
CHECKPOINT = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/shop/prod",
        "latest": {
            "manifest": {"time": "2025-03-01T12:00:00Z", "magic": "", "version": ""},
            "resources": [
                {
                    "urn": "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
                    "custom": False,
                    "type": "pulumi:pulumi:Stack",
                    "outputs": {"answer": "42"},
                }
            ],
        },
    },
}


def pulumi(tmp_path: Path, root: Path, *arguments: str) -> Any:
    """What a `pulumi` command that is logged into file://<root> prints as JSON."""
    project = tmp_path / "project"
    project.mkdir(exist_ok=True)
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    engine = obtain_engine(LocalSettings.of_this_process(), progress=SilentProgress())
    done = subprocess.run(
        [engine, *arguments],
        cwd=project,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": f"file://{root}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout or "null")


def test_pulumi_reads_what_the_store_wrote(tmp_path: Path) -> None:
    """`pulumi login file://<root>` finds the stack and its outputs."""
    root = tmp_path / "store"
    objects = directory_storage(root).objects
    objects.put(".pulumi/meta.yaml", b"version: 1\n", if_etag=None)
    objects.put(KEY, json.dumps(CHECKPOINT).encode(), if_etag=None)

    stacks = pulumi(tmp_path, root, "stack", "ls", "--json")
    outputs = pulumi(tmp_path, root, "stack", "output", "--stack", "prod", "--json")

    assert [stack["name"] for stack in stacks] == ["prod"]
    assert outputs == {"answer": "42"}


def test_the_store_goes_on_where_pulumi_was(tmp_path: Path) -> None:
    """A stack that `pulumi` made can be read and replaced, and `pulumi` reads it again."""
    root = tmp_path / "store"
    root.mkdir()
    pulumi(tmp_path, root, "stack", "init", "prod")
    objects = directory_storage(root).objects
    found = objects.get(KEY)
    assert found is not None

    objects.put(KEY, json.dumps(CHECKPOINT).encode(), if_etag=found.etag)

    assert not [version.key for version in objects.list("") if version.key.endswith(".attrs")]
    outputs = pulumi(tmp_path, root, "stack", "output", "--stack", "prod", "--json")
    assert outputs == {"answer": "42"}
