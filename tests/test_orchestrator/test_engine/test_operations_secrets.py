"""Where a secret may be: encrypted in the state and with the provider, and nowhere else."""

import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bare_agreement import BareAgreement
from deployments import TestStack
from engine_processes import await_start_of, engines_below, in_background, processes_below
from hoist.aws import Aws
from orchestrator.engine.results import Outcome
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CANARY = "canary-5f0c+/wren&<linnet>"

PROGRAM = """
    import logging, probe, pulumi
    token = pulumi.Config().require_secret("token")
    item = probe.Item("one", token=token, value=token, waitFor={release!r})
    pulumi.export("token", item.token)
    token.apply(lambda text: print("the token is", text))
    token.apply(lambda text: logging.warning("the token is %s", text))
    token.apply(lambda text: pulumi.log.info("the token is " + text))
"""


def test_a_secret_is_seen_nowhere(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A secret config value reaches the resource, and no event, store, file, argv or environ."""
    release = tmp_path / "release"
    stack.configure({}, secret={f"{stack.name.project}:token": CANARY})
    stack.write_program(PROGRAM.format(release=str(release)))

    with in_background(stack.up) as up:
        await_start_of(stack.world, "one")
        shown_by_system = list(_shown_by_system(processes_below()))
        files = dict(_files_of_runs(stack))
        release.touch()
    result = up.result()

    assert result.outcome is Outcome.SUCCEEDED
    [item] = stack.world.resources().values()
    assert item["token"] == item["value"] == CANARY
    assert stack.outputs["token"][SIGNATURE_KEY] == SECRET_SIGNATURE
    assert len(shown_by_system) > 6
    assert {Path(name).name for name in files} >= {"credentials.json", "__main__.py"}
    sinks = [*shown_by_system, *files.values(), repr(stack.events), repr(result)]
    sinks += [*_objects(stack), *_table_items(stack)]
    assert [sink for sink in sinks if CANARY in sink or "wren" in sink] == []
    said = [event.line for event in stack.events if hasattr(event, "line")]
    assert said.count("the token is [secret]") == 1
    bare_cli_agrees(stack)


def test_an_access_token_is_in_no_environment_and_on_no_command_line(
    stack: TestStack, tmp_path: Path
) -> None:
    """The engine is logged in by a file that only this user can read."""
    release = tmp_path / "release"
    stack.write_program(f"import probe\nprobe.Item('one', waitFor={str(release)!r})")

    with in_background(stack.up):
        await_start_of(stack.world, "one")
        [engine] = engines_below()
        # What a plugin sees is the engine's choice, not ours.
        started_by_us = set(processes_below()) - set(processes_below(engine.pid))
        shown = "\n".join(_shown_by_system(started_by_us))
        [login] = stack.workshop.installation.room.runs.glob("*/pulumi/credentials.json")
        modes = {path.stat().st_mode & 0o077 for path in (login, login.parents[1])}
        token = login.read_text().partition('"accessToken": "')[2].partition('"')[0]
        release.touch()

    assert len(token) > 20
    assert token not in shown
    assert "AWS_SECRET_ACCESS_KEY" not in shown
    assert modes == {0}


def test_a_changed_secret_shows_no_value(stack: TestStack) -> None:
    """The difference of a secret property says that it changed, not from what to what."""
    stack.configure({}, secret={f"{stack.name.project}:token": CANARY})
    program = """
        import probe, pulumi
        probe.Item("one", token=pulumi.Config().require_secret("token"))
    """
    stack.write_program(program)
    stack.up()
    stack.configure({}, secret={f"{stack.name.project}:token": CANARY + "2"})

    stack.preview()

    changes = [
        change
        for event in stack.events
        if hasattr(event, "step") and event.step.operation == "update"
        for change in event.step.changes
    ]
    assert {(change.path, change.old, change.new) for change in changes} == {
        ("token", "[secret]", "[secret]")
    }
    assert "canary" not in repr(stack.events)


def test_the_data_key_stays_the_same(stack: TestStack) -> None:
    """A stack keeps its one data key over its updates: what it encrypted can be read later."""
    stack.configure({}, secret={f"{stack.name.project}:token": CANARY})
    stack.write_program(
        """
        import pulumi
        pulumi.export("token", pulumi.Config().require_secret("token"))
        """
    )
    keys = []
    for _ in range(2):
        stack.up()
        keys.append((stack.state.deployment or {})["secrets_providers"]["state"]["encryptedkey"])

    record = stack.record
    assert record.secrets is not None
    assert set(keys) == {record.secrets.encrypted_key}
    opened = stack.workshop.installation.data_keys.open(record.secrets)
    ciphertext = stack.outputs["token"]["ciphertext"]
    # Config values are encrypted as they are, values of the state as JSON.
    assert json.loads(opened.decrypt(ciphertext).reveal()) == CANARY


def _shown_by_system(processes: Iterable[psutil.Process]) -> Iterator[str]:
    """Their command lines and environments, without those of the local AWS."""
    for process in processes:
        if "ministack" in " ".join(process.cmdline()):
            continue
        yield "\n".join(process.cmdline())
        yield "\n".join(f"{name}={value}" for name, value in process.environ().items())


def _files_of_runs(stack: TestStack) -> Iterator[tuple[str, str]]:
    runs = stack.workshop.installation.room.runs
    for path in runs.rglob("*"):
        # The plugins are linked, not copied.
        if path.is_file() and "plugins" not in path.parts:
            yield str(path), path.read_text(errors="replace")


def _objects(stack: TestStack) -> Iterator[str]:
    installation = stack.workshop.installation
    s3, bucket = Aws(installation.aws_settings).s3(), installation.bootstrap.state_bucket
    for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        yield s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode(errors="replace")


def _table_items(stack: TestStack) -> Iterator[str]:
    installation = stack.workshop.installation
    dynamodb = Aws(installation.aws_settings).dynamodb()
    pages: Any = dynamodb.get_paginator("scan").paginate(
        TableName=installation.bootstrap.state_table
    )
    for page in pages:
        for item in page["Items"]:
            yield repr(item)
            # Bodies are compressed.
            yield from map(_inflated, _binaries(item))


def _binaries(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "B":
                yield bytes(inner)
            else:
                yield from _binaries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _binaries(inner)


def _inflated(body: bytes) -> str:
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body).decode(errors="replace")
        except zlib.error:
            continue
    return body.decode(errors="replace")
