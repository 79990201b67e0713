"""Several processes on one directory, and processes that are killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import secret_process
from hoist.secrets.disk import WriteStep
from secret_sites import SecretDirectory, secret_directory

pytestmark = pytest.mark.thorough

WRITERS, PUTS = 2, 15
# A put removes nothing.
STEPS_OF_A_PUT = [step for step in WriteStep if step is not WriteStep.REMOVED]


@contextmanager
def writer(site: SecretDirectory, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of `secret_process` that waits for its line."""
    command = [sys.executable, secret_process.__file__, str(site.root), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def test_writers_lose_nothing(tmp_path: Path) -> None:
    """Two processes that put at once: every version that was answered is there, one is current."""
    site = secret_directory(tmp_path)
    store = site.open()
    store.create_secret(Name="shared", SecretString="first")

    with ExitStack() as stack:
        writers = [stack.enter_context(writer(site, "shared", str(PUTS))) for _ in range(WRITERS)]
        for process in writers:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        versions = [line for process in writers for line in process.communicate()[0].split()]

    assert len(set(versions)) == WRITERS * PUTS
    for version_id in versions:
        store.get_secret_value(SecretId="shared", VersionId=version_id)
    stages = store.describe_secret(SecretId="shared")["VersionIdsToStages"]
    assert sorted(stages.values()) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


@pytest.mark.parametrize("step", STEPS_OF_A_PUT)
def test_killed_writer_leaves_the_old_or_the_new(tmp_path: Path, step: WriteStep) -> None:
    """A process killed within a put leaves the value before or after it, and no lock."""
    site = secret_directory(tmp_path)
    store = site.open()
    store.create_secret(Name="shared", SecretString="first")

    with writer(site, "shared", "1", step.name) as process:
        told, _ = process.communicate("go\n")

    found = store.get_secret_value(SecretId="shared")["SecretString"]
    assert told == ""
    is_replaced = step in (WriteStep.REPLACED, WriteStep.FOLDER_SYNCED)
    assert (found != "first") == is_replaced
    store.put_secret_value(SecretId="shared", SecretString="after")
    assert store.get_secret_value(SecretId="shared")["SecretString"] == "after"
