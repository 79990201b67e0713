"""The file in which the Pulumi CLI keeps what it is logged in to, written as the CLI does it.

A token is never handed to a `pulumi` that we start: neither its arguments nor its environment are
for secrets. What the file says of other backends stays as it is.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hoist.access.tokens import AccessToken
from hoist.durable_files import replace_private_file
from hoist.errors import EnvironmentFaultError

# Far above what such a file holds: something else in its place must not fill the memory.
_MAX_BYTES = 1024 * 1024
_OBJECTS = ("accessTokens", "accounts")


class PulumiCredentialsError(EnvironmentFaultError):
    """The credentials file of the Pulumi CLI cannot be used."""

    code = "pulumi_credentials"


class PulumiCredentials:
    """The file at a path. Each method raises PulumiCredentialsError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "PulumiCredentials":
        """That of the user, where the CLI looks for it."""
        folder = environ.get("PULUMI_CREDENTIALS_PATH") or environ.get("PULUMI_HOME")
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
        return cls((Path(folder) if folder else home / ".pulumi") / "credentials.json")

    def log_in(self, url: str, token: AccessToken) -> None:
        """Have the CLI use this backend from now on, with this token."""
        text = token.text.reveal()
        present = self._read()
        self._write(
            {
                **present,
                "current": url,
                "accessTokens": {**present.get("accessTokens", {}), url: text},
                # Without a time of its last check the CLI asks the backend who one is.
                "accounts": {**present.get("accounts", {}), url: {"accessToken": text}},
            }
        )

    def log_out(self, url: str, token: AccessToken) -> None:
        """Have it forget this token, if it is the one that it has for this backend."""
        present = self._read()
        if present.get("accessTokens", {}).get(url) != token.text.reveal():
            return
        left = {name: _without(present.get(name, {}), url) for name in _OBJECTS}
        current = "" if present.get("current") == url else present.get("current", "")
        self._write({**present, **left, "current": current})

    def _read(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as opened:
                content = opened.read(_MAX_BYTES)
            document = json.loads(content)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be read") from error
        except (ValueError, RecursionError) as error:
            raise self._unusable("it is no JSON") from error
        if not isinstance(document, dict) or not _are_objects(document):
            raise self._unusable("it has not the form that Pulumi writes")
        # Go writes null for what is empty.
        return {name: value for name, value in document.items() if value is not None}

    def _write(self, document: Mapping[str, Any]) -> None:
        try:
            replace_private_file(self.path, json.dumps(document, indent=4).encode())
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be written") from error

    def _unusable(self, fault: str) -> PulumiCredentialsError:
        return PulumiCredentialsError(
            f"the file {self.path} cannot be used: {fault}",
            way_out="check the file and its folder; `pulumi logout --all` removes it",
        )


def _without(accounts: Mapping[str, Any], url: str) -> dict[str, Any]:
    return {known: account for known, account in accounts.items() if known != url}


def _are_objects(document: Mapping[str, Any]) -> bool:
    return all(isinstance(document.get(name), dict | None) for name in _OBJECTS)
