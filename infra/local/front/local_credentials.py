"""The key pair by which the owner of a local installation signs in to it.

It is good for the local front alone: AWS does not know it.
"""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyUnavailableError
from hoist.secrets.private_files import create_private_file, read_private_file
from hoist.strict_json import InvalidDocumentError, json_fields
from local.front.errors import LocalKeyError
from local.front.layout import FrontLayout
from local.settings import LocalSettings

FORMAT = 1
# No key id of AWS begins so.
_PREFIX = "HOISTLOCAL"
_RANDOM_BYTES = 10
_SECRET_BYTES = 32


def local_credentials(environ: Mapping[str, str]) -> AwsCredentials:
    """The key pair of this environment's installation; raises LocalKeyError."""
    return read_local_key(FrontLayout(LocalSettings.from_environment(environ).directory).key)


def ensure_local_key(path: Path) -> None:
    """Make a key pair, 0600, unless there is one. Raises LocalKeyError."""
    key = {
        "format": FORMAT,
        "access_key_id": _PREFIX + base64.b32encode(os.urandom(_RANDOM_BYTES)).decode(),
        "secret_access_key": base64.b64encode(os.urandom(_SECRET_BYTES)).decode(),
    }
    try:
        create_private_file(path, json.dumps(key, indent=2).encode() + b"\n")
    except MasterKeyUnavailableError as error:
        raise LocalKeyError(error.message) from error
    read_local_key(path)


def read_local_key(path: Path) -> AwsCredentials:
    """The key pair in a file. Raises LocalKeyError, also if others could have read it."""
    try:
        content = read_private_file(path)
        fields = json_fields(Secret(content.decode("utf-8", "replace")), f"the file {path}")
        fields.number("format", default=0, lowest=FORMAT, highest=FORMAT)
        key = AwsCredentials(fields.text("access_key_id"), fields.secret("secret_access_key"))
        fields.refuse_others()
    except (MasterKeyUnavailableError, InvalidDocumentError) as error:
        raise LocalKeyError(error.message) from error
    return key
