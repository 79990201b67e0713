"""The master key derived from a passphrase by scrypt; salt and costs stand in a file."""

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyUnavailableError
from hoist.secrets.local_master_keys import LocalMasterKeys
from hoist.secrets.master_keys import DATA_KEY_BYTES
from hoist.secrets.private_files import create_private_file, read_private_file

_SALT_BYTES = 16
# What a file may ask of us: more would let whoever can write it stop the process.
_MAX_MEMORY_BYTES = 1 << 30
_MAX_PARALLELISM = 16


@dataclass(frozen=True, slots=True)
class ScryptCosts:
    """How hard each guess is. The defaults are 128 MB and some 0.4 s, OWASP's first choice."""

    n: int = 1 << 17
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        if self.n < 2 or self.n & (self.n - 1) or self.r < 1 or not 1 <= self.p <= _MAX_PARALLELISM:
            raise ValueError("scrypt: n is a power of two above 1, r at least 1, p from 1 to 16")
        if self._memory_bytes > _MAX_MEMORY_BYTES:
            raise ValueError("scrypt: n and r ask for more than 1 GiB")

    @property
    def _memory_bytes(self) -> int:
        return 128 * self.r * (self.n + self.p + 2)

    def derive(self, passphrase: Secret, salt: bytes) -> bytes:
        return hashlib.scrypt(
            passphrase.reveal().encode(),
            salt=salt,
            n=self.n,
            r=self.r,
            p=self.p,
            maxmem=self._memory_bytes + (1 << 20),
            dklen=DATA_KEY_BYTES,
        )


def master_keys_of_passphrase(
    passphrase: Secret, *, parameters_file: Path, costs: ScryptCosts | None = None
) -> LocalMasterKeys:
    """The key of the passphrase and the salt in `parameters_file`, which is made on first use.

    That file belongs to the store: without it the passphrase opens nothing. Costs count only when
    it is made.
    """
    return LocalMasterKeys(
        "passphrase", lambda: _derive(passphrase, parameters_file, costs or ScryptCosts())
    )


def _derive(passphrase: Secret, path: Path, costs: ScryptCosts) -> bytes:
    if not passphrase:
        raise MasterKeyUnavailableError(
            "The passphrase of the secret store is empty.", way_out="Give the passphrase."
        )
    if not path.exists():
        salt = base64.b64encode(os.urandom(_SALT_BYTES)).decode()
        create_private_file(path, json.dumps({**asdict(costs), "salt": salt}).encode())
    stored_costs, salt_bytes = _parse(path, read_private_file(path))
    return stored_costs.derive(passphrase, salt_bytes)


def _parse(path: Path, content: bytes) -> tuple[ScryptCosts, bytes]:
    try:
        document = json.loads(content)
        salt = _salt(document["salt"])
        costs = ScryptCosts(*(_whole(document[name]) for name in ("n", "r", "p")))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise MasterKeyUnavailableError(
            f"{path} does not hold the scrypt parameters of a passphrase.",
            way_out="Restore the file from a backup of the store.",
        ) from None
    return costs, salt


def _salt(text: str) -> bytes:
    salt = base64.b64decode(text, validate=True)
    if len(salt) < _SALT_BYTES:
        raise ValueError("the salt is too short")
    return salt


def _whole(number: object) -> int:
    if type(number) is not int:
        raise ValueError("not a whole number")
    return number
