"""The master key as a file, mode 0600."""

import base64
import os
from pathlib import Path

from hoist.secrets.errors import MasterKeyUnavailableError
from hoist.secrets.local_master_keys import LocalMasterKeys
from hoist.secrets.master_keys import DATA_KEY_BYTES
from hoist.secrets.private_files import create_private_file, read_private_file


def master_keys_in_file(path: Path) -> LocalMasterKeys:
    """The key in `path`; it is read, and its mode checked, on first use."""
    return LocalMasterKeys("key-file", lambda: _read_key(path))


def create_key_file(path: Path) -> None:
    """Write a new random key; leaves a file that is there alone."""
    create_private_file(path, base64.b64encode(os.urandom(DATA_KEY_BYTES)) + b"\n")


def _read_key(path: Path) -> bytes:
    try:
        key = base64.b64decode(read_private_file(path).strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != DATA_KEY_BYTES:
        raise MasterKeyUnavailableError(
            f"{path} does not hold a key of {DATA_KEY_BYTES} bytes in base64.",
            way_out="Restore the key file from its backup: without it the secrets are lost.",
        )
    return key
