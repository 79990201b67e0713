"""Data keys under a master key in the folder of a store."""

import stat
from pathlib import Path

import pytest

from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyUnavailableError
from orchestrator.state.serving.layout import ServingLayout
from orchestrator.state.serving.stores.key_file_data_keys import KeyFileDataKeys


def test_the_master_key_is_made_with_the_first_data_key(tmp_path: Path) -> None:
    """It is for its owner alone, and another server opens what was wrapped by it."""
    layout = ServingLayout(tmp_path)
    keys = KeyFileDataKeys(layout)
    assert not layout.master_key.exists()

    provider = keys.new("stk-1")

    assert stat.S_IMODE(layout.master_key.stat().st_mode) == 0o600
    sealed = keys.open(provider).encrypt(Secret("s3cret"))
    opened = KeyFileDataKeys(layout).open(provider).decrypt(sealed)
    assert opened == Secret("s3cret")


def test_a_lost_master_key_is_not_replaced(tmp_path: Path) -> None:
    """Where there are data keys, another master key would only hide that theirs is gone."""
    layout = ServingLayout(tmp_path)
    KeyFileDataKeys(layout).new("stk-1")
    layout.data_keys.mkdir(parents=True)
    layout.master_key.unlink()

    with pytest.raises(MasterKeyUnavailableError):
        KeyFileDataKeys(layout).new("stk-2")

    assert not layout.master_key.exists()
