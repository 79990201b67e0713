"""A process that ends at any step of any change leaves the state before or after it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hoist.secrets.disk import WriteStep
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.master_keys import KeyRing
from secret_sites import FUNCTION_ARN, SecretDirectory, secret_directory

TOKEN = "3" * 32
OLD, NEW = "1" * 32, "2" * 32

Change = Callable[[FileSecretStore], object]

CHANGES: dict[str, Change] = {
    "create": lambda store: store.create_secret(
        Name="new", SecretString="value", ClientRequestToken=TOKEN
    ),
    "put": lambda store: store.put_secret_value(
        SecretId="app", SecretString="value", ClientRequestToken=TOKEN
    ),
    "update": lambda store: store.update_secret(SecretId="app", Description="words"),
    "move": lambda store: store.update_secret_version_stage(
        SecretId="app", VersionStage="AWSCURRENT", MoveToVersionId=OLD, RemoveFromVersionId=NEW
    ),
    "rotate": lambda store: store.rotate_secret(
        SecretId="app", RotationLambdaARN=FUNCTION_ARN, ClientRequestToken=TOKEN
    ),
    "tag": lambda store: store.tag_resource(SecretId="app", Tags=[{"Key": "a", "Value": "b"}]),
    "schedule": lambda store: store.delete_secret(SecretId="app", RecoveryWindowInDays=7),
    "delete": lambda store: store.delete_secret(SecretId="app", ForceDeleteWithoutRecovery=True),
    "read": lambda store: store.get_secret_value(SecretId="app"),
    "reseal": lambda store: store.reseal_all(),
}


class Died(BaseException):  # noqa: N818 - nothing went wrong: the process is gone
    """The end of a process, which nothing in it can catch."""


class DeathAt:
    """Ends the process at its n-th step."""

    def __init__(self, count: int) -> None:
        self._left = count

    def __call__(self, step: WriteStep) -> None:
        self._left -= 1
        if self._left <= 0:
            raise Died


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_whole_or_not_at_all(name: str, tmp_path: Path) -> None:
    """At each step of the change; the next process can go on from there."""
    before = filled(secret_directory(tmp_path / "before"))
    after = copied(before, tmp_path / "after")
    CHANGES[name](opened(after))
    deaths = 0

    for count in range(1, 100):
        site = copied(before, tmp_path / f"death-{count}")
        try:
            CHANGES[name](opened(site, DeathAt(count)))
        except Died:
            deaths += 1
        else:
            break
        assert everything_in(site) in (everything_in(before), everything_in(after))
        opened(site).put_secret_value(SecretId="other", SecretString="goes on")

    assert deaths >= 3
    assert everything_in(site) == everything_in(after)


def test_resealing_goes_on_where_it_died(tmp_path: Path) -> None:
    """A change of the master key that is interrupted anywhere is finished by the next run."""
    before = filled(secret_directory(tmp_path / "before"))

    for count in range(1, 100):
        site = copied(before, tmp_path / f"death-{count}")
        try:
            opened(site, DeathAt(count)).reseal_all()
        except Died:
            opened(site).reseal_all()
        else:
            break
        assert opened(site).reseal_all() == 0
        only_new_key = site.open(master_keys_in_file(site.root / "new.key"))
        assert only_new_key.get_secret_value(SecretId="app")["SecretString"] == "second"
        assert only_new_key.get_secret_value(SecretId="other")["SecretString"] == "other"

    assert count > len(WriteStep)


def filled(site: SecretDirectory) -> SecretDirectory:
    site.root.mkdir()
    store = site.open()
    store.create_secret(Name="app", SecretString="first", ClientRequestToken=OLD)
    store.put_secret_value(SecretId="app", SecretString="second", ClientRequestToken=NEW)
    store.create_secret(Name="other", SecretString="other")
    create_key_file(site.root / "new.key")
    return site


def copied(site: SecretDirectory, root: Path) -> SecretDirectory:
    shutil.copytree(site.root, root)
    return secret_directory(root)


def opened(
    site: SecretDirectory, on_step: Callable[[WriteStep], None] | None = None
) -> FileSecretStore:
    """With a new master key, so that `reseal` has something to do."""
    ring = KeyRing(master_keys_in_file(site.root / "new.key"), site.keys)
    return site.open(ring, on_step=on_step) if on_step else site.open(ring)


def everything_in(site: SecretDirectory) -> dict[str, Any]:
    """All that can be asked, of a copy: reading leaves its date. ARNs end at random."""
    copy = copied(site, site.root.with_name(f"{site.root.name}-seen"))
    store = opened(copy)
    found: dict[str, Any] = {}
    for entry in store.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
        name = entry["Name"]
        described: dict[str, Any] = {**store.describe_secret(SecretId=name), "ARN": ""}
        if "DeletedDate" not in described:
            described["values"] = {
                version_id: store.get_secret_value(SecretId=name, VersionId=version_id)[
                    "SecretString"
                ]
                for version_id, stages in described.get("VersionIdsToStages", {}).items()
                if stages != ["AWSPENDING"]
            }
        found[name] = described
    shutil.rmtree(copy.root)
    return found
