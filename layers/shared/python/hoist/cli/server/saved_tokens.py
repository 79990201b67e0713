"""The tokens that a user has signed in for: a file for each server, for nobody else's eyes.

$XDG_CONFIG_HOME/hoist/credentials/<sha256 of the URL>.json, 0600, replaced as a whole.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from hoist.access.errors import TokenInvalidError
from hoist.access.tokens import AccessToken, parse_token
from hoist.durable_files import replace_private_file
from hoist.errors import EnvironmentFaultError
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, json_fields

FORMAT = 1
# Far above what such a file holds: something else in its place must not fill the memory.
_MAX_BYTES = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class CredentialsFileError(EnvironmentFaultError):
    """A file of tokens cannot be used: not readable, not private, or not what was written."""

    code = "credentials_file"


@dataclass(frozen=True, slots=True)
class SavedToken:
    """A token, and what is known of it without asking its server."""

    server: str
    token: AccessToken
    person: str
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class SavedTokens:
    """The files in a folder. Each method raises CredentialsFileError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Those of the user."""
        chosen = Path(environ.get("XDG_CONFIG_HOME", ""))
        # The standard says that a relative path there is to be ignored.
        if not chosen.is_absolute():
            home = environ.get("HOME", "")
            chosen = (Path(home) if home else Path.home()) / ".config"
        return cls(chosen / "hoist" / "credentials")

    def find(self, server: str) -> SavedToken | None:
        """The token for a server's URL, if the user has signed in there."""
        path = self._path(server)
        with _file_errors(path):
            try:
                content = _read_private(path)
            except FileNotFoundError:
                return None
        return _decoded(path, server, content)

    def save(self, saved: SavedToken) -> None:
        """Keep it in place of an earlier one for the same server."""
        path = self._path(saved.server)
        with _file_errors(path):
            replace_private_file(path, _encoded(saved))

    def forget(self, server: str) -> None:
        """Delete the file, if there is one."""
        path = self._path(server)
        with _file_errors(path):
            path.unlink(missing_ok=True)

    def _path(self, server: str) -> Path:
        return self._folder / f"{hashlib.sha256(server.encode()).hexdigest()[:32]}.json"


def _encoded(saved: SavedToken) -> bytes:
    document = {
        "format": FORMAT,
        "server": saved.server,
        "token": saved.token.text.reveal(),
        "person": saved.person,
        "expires_at": saved.expires_at.isoformat(),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _decoded(path: Path, server: str, content: bytes) -> SavedToken:
    try:
        fields = json_fields(Secret(content.decode("utf-8", "replace")), f"the file {path}")
        fields.number("format", default=0, lowest=FORMAT, highest=FORMAT)
        saved = SavedToken(
            fields.text("server"),
            parse_token(fields.secret("token")),
            fields.text("person"),
            fields.instant("expires_at"),
        )
    except (InvalidDocumentError, TokenInvalidError) as error:
        raise _unusable(error.message, server) from error
    # A token goes to the server that issued it, whatever a file may be called.
    if saved.server != server:
        raise _unusable(f"the file {path} is of another server", server)
    return saved


def _read_private(path: Path) -> bytes:
    # Without blocking: a pipe would wait for its writer.
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise CredentialsFileError(
                f"{path} is not a regular file", way_out="remove it, then `hoist login`"
            )
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _OTHERS:
            raise CredentialsFileError(
                f"others may have read the token in {path}",
                way_out="`chmod 600` it as its owner, then `hoist logout`, which revokes it",
            )
        return os.read(file, _MAX_BYTES)
    finally:
        os.close(file)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CredentialsFileError(
            f"the file {path} cannot be used: {error.strerror}",
            way_out="check its folder and its owner; a symbolic link is not followed",
        ) from error


def _unusable(fault: str, server: str) -> CredentialsFileError:
    return CredentialsFileError(fault, way_out=f"`hoist login {server}` writes it anew")
