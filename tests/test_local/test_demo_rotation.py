"""The demo's rotation, whole: a real database, a real client, the real command."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from hoist.clock import SystemClock
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import master_keys_in_file
from local.demo import Demo
from local.demo_rotation import MASTER, NAME, USERS, show_rotation

pytestmark = pytest.mark.thorough


def test_no_login_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It says how many logins there were, that none failed, and who is live; run again, too."""
    told = io.StringIO()
    hoist = Path(sys.executable).with_name("hoist")
    demo = Demo(Console(file=told, width=200), hoist, tmp_path)

    for _ in range(2):
        show_rotation(demo)

    assert told.getvalue().count(f"0 logins failed. {USERS[1]} is live now.") == 2
    assert f"times as {USERS[0]}, then " in told.getvalue()
    assert f"{NAME}: succeeded" in capfd.readouterr().out
    root = tmp_path / "build" / "demo" / "secrets"
    store = FileSecretStore(
        root / "store", master_keys_in_file(root / "master.key"), clock=SystemClock()
    )
    password = json.loads(store.get_secret_value(SecretId=MASTER)["SecretString"])["password"]
    assert password not in told.getvalue()
    assert (root / "master.key").stat().st_mode & 0o777 == 0o600
