"""A secret value leaves the store only as the answer to a read."""

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from hoist.errors import HoistError
from hoist.secret import Secret
from hoist.secrets.conformance.subject import new_token
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.master_keys import KeyRing, MasterKeys
from hoist.secrets.passphrase import ScryptCosts, master_keys_of_passphrase
from hoist.secrets.sealing import Plaintext, ValueKind, encryption_context, seal
from secret_sites import SecretDirectory, secret_directory

CANARY = 'canary-7d1f "quoted" back\\slash näïve'
PASSPHRASE = "passphrase-canary-93ab"
TOKEN = new_token()


def spellings(value: str) -> set[bytes]:
    """How the value might stand somewhere: in clear, in JSON, in hexadecimal, in base64."""
    raw = value.encode()
    found = {raw, raw.hex().encode(), repr(value).encode(), json.dumps(value).encode()[1:-1]}
    found.add(json.dumps(value, ensure_ascii=False).encode()[1:-1])
    for shift in range(3):
        # Without the letters that the neighbours have a part in.
        encoded = base64.b64encode(b"\0" * shift + raw)
        found.add(encoded[4 if shift else 0 : -4])
    return found


def leaks(sink: bytes, *values: str) -> list[bytes]:
    return [each for value in values for each in spellings(value) if each in sink]


def fill(store: FileSecretStore) -> None:
    store.create_secret(Name="app", SecretString=CANARY, ClientRequestToken=TOKEN)
    store.put_secret_value(SecretId="app", SecretBinary=CANARY.encode())
    store.put_secret_value(SecretId="app", SecretString=CANARY, VersionStages=["AWSPENDING"])
    store.update_secret(SecretId="app", SecretString=CANARY)
    store.get_secret_value(SecretId="app")
    store.delete_secret(SecretId="app")
    store.restore_secret(SecretId="app")


def test_nothing_on_disk_and_in_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No file and no log record holds a value or a passphrase, in any spelling."""
    site = secret_directory(tmp_path)
    keys = master_keys_of_passphrase(
        Secret(PASSPHRASE), parameters_file=site.directory / "scrypt.json", costs=ScryptCosts(n=2)
    )
    create_key_file(site.key_file)

    with caplog.at_level(logging.DEBUG):
        fill(site.open(keys))
        ring = KeyRing(master_keys_in_file(site.key_file), keys)
        assert site.open(ring).reseal_all() == 1

    assert leaks(site.all_bytes(), CANARY, PASSPHRASE) == []
    assert leaks(caplog.text.encode(), CANARY, PASSPHRASE) == []


def test_canary_would_be_found() -> None:
    """The search finds a value in each of its spellings."""
    wrapped = b"before" + CANARY.encode() + b"after"

    for sink in (wrapped, base64.b64encode(wrapped), wrapped.hex().encode()):
        assert leaks(sink, CANARY)
    assert leaks(json.dumps({"text": f"x{CANARY}"}).encode(), CANARY)


FAILURES: dict[str, Callable[[FileSecretStore], object]] = {
    "create again": lambda store: store.create_secret(Name="app", SecretString=CANARY),
    "create of other name": lambda store: store.create_secret(Name="a b", SecretString=CANARY),
    "put of other value": lambda store: store.put_secret_value(
        SecretId="app", SecretString=f"{CANARY}!", ClientRequestToken=TOKEN
    ),
    "put of two": lambda store: store.put_secret_value(
        SecretId="app", SecretString=CANARY, SecretBinary=CANARY.encode()
    ),
    "put of too much": lambda store: store.put_secret_value(
        SecretId="app", SecretString=CANARY * 5000
    ),
    "put of half a character": lambda store: store.put_secret_value(
        SecretId="app", SecretString=f"{CANARY}\ud800"
    ),
    "put into nothing": lambda store: store.put_secret_value(
        SecretId="nothing", SecretString=CANARY
    ),
    "update with old token": lambda store: store.update_secret(
        SecretId="app", SecretString=CANARY, ClientRequestToken=TOKEN
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_refusals_hold_no_value(name: str, tmp_path: Path) -> None:
    """An error tells nothing of the value that was sent or is stored, nor does its cause."""
    store = secret_directory(tmp_path).open()
    fill(store)

    with pytest.raises(ClientError) as refused:
        FAILURES[name](store)

    assert leaks(told_by(refused.value), CANARY) == []


def with_flipped_bit(site: SecretDirectory) -> MasterKeys:
    (path,) = site.secret_files()
    document = json.loads(path.read_bytes())
    for version in document["versions"]:
        ciphertext = bytearray(base64.b64decode(version["value"]["ciphertext"]))
        ciphertext[3] ^= 1
        version["value"]["ciphertext"] = base64.b64encode(ciphertext).decode()
    path.write_text(json.dumps(document))
    return site.keys


def with_broken_document(site: SecretDirectory) -> MasterKeys:
    (path,) = site.secret_files()
    path.write_bytes(path.read_bytes()[:-20] + CANARY.encode())
    return site.keys


def with_other_key(site: SecretDirectory) -> MasterKeys:
    create_key_file(site.root / "other.key")
    return master_keys_in_file(site.root / "other.key")


@pytest.mark.parametrize("harm", [with_flipped_bit, with_broken_document, with_other_key])
def test_damage_tells_no_value(
    harm: Callable[[SecretDirectory], MasterKeys], tmp_path: Path
) -> None:
    """A damaged file, or a wrong key, is an error without any part of a value."""
    site = secret_directory(tmp_path)
    fill(site.open())
    keys = harm(site)

    with pytest.raises(HoistError) as failed:
        site.open(keys).get_secret_value(SecretId="app")

    assert leaks(told_by(failed.value), CANARY) == []
    assert failed.value.way_out


def test_representations_hold_no_value(tmp_path: Path) -> None:
    """Neither a value in the open nor a data key, a sealed one or a store shows itself."""
    site = secret_directory(tmp_path)
    keys = site.keys
    context = encryption_context("arn", TOKEN)
    plaintext = Plaintext(ValueKind.TEXT, CANARY.encode())
    data_key = keys.new_data_key(context)
    store = site.open()
    shown = repr([plaintext, seal(plaintext, keys, context), data_key, keys, store, vars(store)])

    assert leaks(shown.encode(), CANARY) == []
    assert repr(data_key.plain) not in shown


def told_by(error: BaseException) -> bytes:
    """All that a door, a log or Secrets Manager's own record could keep of an error."""
    lines = traceback.format_exception(error)
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), *lines]
    return "\n".join(shown).encode(errors="backslashreplace") + pickle.dumps(
        [str(error), vars(error)]
    )
