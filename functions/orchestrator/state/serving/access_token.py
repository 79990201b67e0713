"""The access token of a store: made by whoever serves it first, kept in a file of its owner's."""

import re
from pathlib import Path

from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyUnavailableError
from hoist.secrets.private_files import create_private_file, read_private_file
from orchestrator.state.ids import new_token
from orchestrator.state.serving.errors import AccessTokenFileError

_TOKEN = re.compile(rb"[A-Za-z0-9_-]{32,128}")


def access_token(path: Path) -> Secret:
    """The token in the file, which is made if there is none.

    Raises AccessTokenFileError for a file that cannot be used, that others can read, or that holds
    no token.
    """
    try:
        if not path.exists():
            create_private_file(path, new_token().reveal().encode() + b"\n")
        content = read_private_file(path).strip()
    except MasterKeyUnavailableError as error:
        raise _unusable(error.message) from error
    if not _TOKEN.fullmatch(content):
        raise _unusable(f"{path} holds no access token.")
    return Secret(content.decode())


def _unusable(reason: str) -> AccessTokenFileError:
    return AccessTokenFileError(
        reason, way_out="see that the folder is yours, and delete the file: a start makes another"
    )
