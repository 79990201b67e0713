"""Where the file store is and what opens it, read once from the environment.

HOIST_SECRETS_DIR               its directory
HOIST_SECRETS_KEY_FILE          the master key: a file of ours (mode 0600),
HOIST_SECRETS_PASSPHRASE_FILE   or a passphrase in a file (mode 0600),
HOIST_SECRETS_KMS_KEY           or a KMS key by id, ARN or alias; exactly one of the three
HOIST_SECRETS_ACCOUNT           the account that its ARNs name (default: twelve zeros)
HOIST_SECRETS_REGION            the region that its ARNs name (default: us-east-1)
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hoist.errors import UsageError
from hoist.secrets.identity import NOWHERE, Place

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{1,32}")


class MasterKeyKind(StrEnum):
    """Where the master key is; the value is its setting."""

    KEY_FILE = "HOIST_SECRETS_KEY_FILE"
    PASSPHRASE_FILE = "HOIST_SECRETS_PASSPHRASE_FILE"
    KMS_KEY = "HOIST_SECRETS_KMS_KEY"


@dataclass(frozen=True, slots=True)
class SecretStoreSettings:
    """A file store: its directory, its master key, and the place that its ARNs name."""

    directory: Path
    key_kind: MasterKeyKind
    key: str
    place: Place = NOWHERE

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "SecretStoreSettings":
        """Raises UsageError naming the setting that is missing or cannot be understood."""
        directory = environ.get("HOIST_SECRETS_DIR", "")
        if not directory:
            raise UsageError(
                "HOIST_SECRETS_DIR is not set, so there is no store of secrets.",
                way_out="Set it to the directory of the store; it is made on the first write.",
            )
        kind = _key_kind(environ)
        return cls(Path(directory), kind, environ[kind], _place(environ))

    @classmethod
    def of_this_process(cls) -> "SecretStoreSettings":
        """The settings in the environment of this very process."""
        return cls.from_environment(os.environ)


def _key_kind(environ: Mapping[str, str]) -> MasterKeyKind:
    given = [kind for kind in MasterKeyKind if environ.get(kind)]
    if len(given) != 1:
        raise UsageError(
            f"{len(given)} of {', '.join(MasterKeyKind)} are set.",
            way_out="Set exactly one of them: it says what opens the store.",
        )
    return given[0]


def _place(environ: Mapping[str, str]) -> Place:
    account = environ.get("HOIST_SECRETS_ACCOUNT", "") or NOWHERE.account
    region = environ.get("HOIST_SECRETS_REGION", "") or NOWHERE.region
    if not _ACCOUNT.fullmatch(account) or not _REGION.fullmatch(region):
        raise UsageError(
            f"HOIST_SECRETS_ACCOUNT {account!r} or HOIST_SECRETS_REGION {region!r} is none.",
            way_out="Set the account to twelve digits and the region to a name like us-east-1.",
        )
    return Place(account, region)
