"""Master keys: what every kind does, and what each refuses."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from hoist.errors import UsageError
from hoist.secret import Secret
from hoist.secrets.errors import (
    MasterKeyMismatchError,
    MasterKeyUnavailableError,
    SecretFileDamagedError,
)
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.kms_master_keys import KmsMasterKeys
from hoist.secrets.master_keys import DATA_KEY_BYTES, KeyRing, MasterKeys, WrappedKey
from hoist.secrets.passphrase import ScryptCosts, master_keys_of_passphrase
from hoist.secrets.sealing import Plaintext, ValueKind, encryption_context, seal, unseal

pytestmark = pytest.mark.thorough

CONTEXT = encryption_context("arn:secret", "version")
CHEAP = ScryptCosts(n=2)
MakeKeys = Callable[[], MasterKeys]


@pytest.fixture(params=["file", "passphrase", "kms", "ring"])
def make_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeKeys]:
    """Each call makes another master key of the kind."""
    made = iter(range(10))

    def in_file() -> MasterKeys:
        path = tmp_path / f"{next(made)}.key"
        create_key_file(path)
        return master_keys_in_file(path)

    def of_passphrase() -> MasterKeys:
        number = next(made)
        return master_keys_of_passphrase(
            Secret(f"words {number}"), parameters_file=tmp_path / "scrypt.json", costs=CHEAP
        )

    def in_kms() -> MasterKeys:
        kms = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        ).client("kms")
        return KmsMasterKeys(kms, kms.create_key()["KeyMetadata"]["KeyId"])

    kinds = {
        "file": in_file,
        "passphrase": of_passphrase,
        "kms": in_kms,
        "ring": lambda: KeyRing(in_file(), in_file()),
    }
    with mock_aws():
        yield kinds[request.param]


def test_data_key_comes_back(make_keys: MakeKeys) -> None:
    """What was wrapped unwraps to the same 32 bytes, and no two data keys are the same."""
    keys = make_keys()
    first, second = keys.new_data_key(CONTEXT), keys.new_data_key(CONTEXT)

    assert keys.unwrap(first.wrapped, CONTEXT) == first.plain
    assert len(first.plain) == DATA_KEY_BYTES
    assert first.plain != second.plain
    assert first.wrapped.master_key_id == keys.key_id


@pytest.mark.parametrize("field", ["SecretARN", "SecretVersionId"])
def test_other_context_does_not_unwrap(make_keys: MakeKeys, field: str) -> None:
    """A data key of one secret and version is no key of another."""
    keys = make_keys()
    wrapped = keys.new_data_key(CONTEXT).wrapped

    with pytest.raises(SecretFileDamagedError):
        keys.unwrap(wrapped, {**CONTEXT, field: "other"})


def test_changed_data_key_does_not_unwrap(make_keys: MakeKeys) -> None:
    """A flipped bit at the end, or a missing piece, is damage."""
    keys = make_keys()
    wrapped = keys.new_data_key(CONTEXT).wrapped
    flipped = wrapped.blob[:-1] + bytes([wrapped.blob[-1] ^ 1])

    for blob in (flipped, wrapped.blob[:5], b""):
        with pytest.raises((SecretFileDamagedError, MasterKeyUnavailableError)):
            keys.unwrap(WrappedKey(wrapped.master_key_id, blob), CONTEXT)


def test_other_master_key_does_not_unwrap(make_keys: MakeKeys) -> None:
    """Another key of the same kind says that it is another."""
    wrapped = make_keys().new_data_key(CONTEXT).wrapped

    with pytest.raises(MasterKeyMismatchError, match="which was not given"):
        make_keys().unwrap(wrapped, CONTEXT)


def test_flipped_bit_does_not_open(make_keys: MakeKeys) -> None:
    """A sealed value with any bit flipped opens to nothing at all."""
    keys = make_keys()
    sealed = seal(Plaintext(ValueKind.TEXT, b"value"), keys, CONTEXT)

    for position in range(len(sealed.ciphertext)):
        changed = bytearray(sealed.ciphertext)
        changed[position] ^= 1
        with pytest.raises(SecretFileDamagedError):
            unseal(type(sealed)(sealed.wrapped_key, sealed.nonce, bytes(changed)), keys, CONTEXT)

    assert unseal(sealed, keys, CONTEXT).data == b"value"


def test_ring_opens_what_the_old_key_wrapped(make_keys: MakeKeys) -> None:
    """A ring wraps with its first key and unwraps with all."""
    new, old = make_keys(), make_keys()
    wrapped = old.new_data_key(CONTEXT)
    ring = KeyRing(new, old)

    assert ring.unwrap(wrapped.wrapped, CONTEXT) == wrapped.plain
    assert ring.new_data_key(CONTEXT).wrapped.master_key_id == new.key_id


def test_ring_refuses_one_key_twice(make_keys: MakeKeys) -> None:
    """A new key that is the old one is a mistake, not a change of keys."""
    keys = make_keys()

    with pytest.raises(UsageError, match="same key"):
        KeyRing(keys, keys)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_key_file_of_others_is_refused(tmp_path: Path, mode: int) -> None:
    """A key file that anybody else may use is not used, and the error says what to do."""
    path = tmp_path / "master.key"
    create_key_file(path)
    path.chmod(mode)

    with pytest.raises(MasterKeyUnavailableError, match=f"{mode:o}") as refused:
        master_keys_in_file(path).new_data_key(CONTEXT)

    assert f"chmod 600 {path}" in refused.value.way_out


def test_key_file_is_private_and_stays(tmp_path: Path) -> None:
    """A key file is made 0600, holds 32 bytes, and is not made twice."""
    path = tmp_path / "deep" / "master.key"
    create_key_file(path)
    first = path.read_bytes()

    create_key_file(path)

    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(first)) == DATA_KEY_BYTES
    assert list(path.parent.iterdir()) == [path]


def test_key_file_is_a_file(tmp_path: Path) -> None:
    """A missing file, a folder, and a link to a key are refused."""
    key = tmp_path / "master.key"
    create_key_file(key)
    link = tmp_path / "link"
    link.symlink_to(key)

    for path in (tmp_path / "missing", tmp_path, link):
        with pytest.raises(MasterKeyUnavailableError):
            master_keys_in_file(path).new_data_key(CONTEXT)


@given(st.binary(max_size=60))
def test_any_key_file_is_a_key_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Whatever stands in a key file, it is 32 bytes in base64 or an error with a name."""
    path = private_file(tmp_path_factory.mktemp("key") / "master.key", content)

    try:
        master_keys_in_file(path).new_data_key(CONTEXT)
    except MasterKeyUnavailableError:
        return

    assert len(base64.b64decode(content.strip())) == DATA_KEY_BYTES


def test_passphrase_opens_with_its_parameters(tmp_path: Path) -> None:
    """Another process with the passphrase and the file has the same key; costs are the file's."""
    path = tmp_path / "scrypt.json"
    first = master_keys_of_passphrase(Secret("words"), parameters_file=path, costs=CHEAP)
    wrapped = first.new_data_key(CONTEXT)

    second = master_keys_of_passphrase(Secret("words"), parameters_file=path)

    assert second.unwrap(wrapped.wrapped, CONTEXT) == wrapped.plain
    assert json.loads(path.read_bytes())["n"] == CHEAP.n


def test_salts_differ(tmp_path: Path) -> None:
    """Two stores with one passphrase have different keys."""
    ids = {
        master_keys_of_passphrase(
            Secret("words"), parameters_file=tmp_path / name, costs=CHEAP
        ).key_id
        for name in ("one.json", "two.json")
    }

    assert len(ids) == 2


def test_empty_passphrase_is_refused(tmp_path: Path) -> None:
    """An unset passphrase is no passphrase."""
    keys = master_keys_of_passphrase(Secret(""), parameters_file=tmp_path / "scrypt.json")

    with pytest.raises(MasterKeyUnavailableError):
        keys.new_data_key(CONTEXT)


SALT = base64.b64encode(bytes(16)).decode()


@pytest.mark.parametrize(
    "document",
    [
        {"n": 1 << 40, "r": 8, "p": 1, "salt": SALT},
        {"n": 1 << 17, "r": 1 << 20, "p": 1, "salt": SALT},
        {"n": 2, "r": 8, "p": 1000, "salt": SALT},
        {"n": 3, "r": 8, "p": 1, "salt": SALT},
        {"n": 2, "r": 0, "p": 1, "salt": SALT},
        {"n": 2, "r": 8, "p": 1, "salt": ""},
        {"n": 2, "r": 8, "p": True, "salt": SALT},
        {"n": "2", "r": 8, "p": 1, "salt": SALT},
        {"n": 2, "r": 8, "salt": SALT},
        [],
    ],
)
def test_parameters_are_checked(tmp_path: Path, document: object) -> None:
    """Parameters that are not ours, or would take the machine down, are refused."""
    path = private_file(tmp_path / "scrypt.json", json.dumps(document).encode())

    with pytest.raises(MasterKeyUnavailableError):
        master_keys_of_passphrase(Secret("words"), parameters_file=path).new_data_key(CONTEXT)


@given(st.binary(max_size=80))
def test_any_parameters_file_is_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Bytes that are no parameters are an error with a name."""
    path = private_file(tmp_path_factory.mktemp("scrypt") / "scrypt.json", content)

    with pytest.raises(MasterKeyUnavailableError):
        master_keys_of_passphrase(Secret("words"), parameters_file=path).new_data_key(CONTEXT)


def test_kms_that_refuses_is_named() -> None:
    """A key that KMS does not have is unavailable, and the error names the permissions."""
    with mock_aws():
        kms = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        ).client("kms")
        keys = KmsMasterKeys(kms, "alias/missing")

        with pytest.raises(MasterKeyUnavailableError, match="alias/missing") as refused:
            keys.new_data_key(CONTEXT)

    assert "kms:GenerateDataKey" in refused.value.way_out


def private_file(path: Path, content: bytes) -> Path:
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
    return path
