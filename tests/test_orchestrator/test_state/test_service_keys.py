"""Keys of the `service` provider: one per stack, wrapped, and good for that stack alone."""

import os
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.passphrase import ScryptCosts, master_keys_of_passphrase
from local_states import UnwrappedDataKeys
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.errors import BadRequestError, CorruptStateError
from orchestrator.state.names import StackName, service_key_key
from orchestrator.state.records import SecretsProvider, StackRecord
from orchestrator.state.service_keys import ServiceKeys
from orchestrator.state.storage import Objects
from orchestrator.state.stores.master_key_data_keys import MasterKeyDataKeys
from orchestrator.state.stores.memory import in_memory_storage
from storages import NOON

DEV = StackRecord("stk-1", StackName("shop", "dev"), NOON)
OTHER = StackRecord("stk-2", StackName("shop", "other"), NOON)
VALUE = Secret(b64encode(b'"hunter2"').decode())
CHEAP = ScryptCosts(n=16)


@pytest.fixture
def objects() -> Objects:
    return in_memory_storage().objects


def service_keys(objects: Objects) -> ServiceKeys:
    """As a new process has them."""
    return ServiceKeys(objects, UnwrappedDataKeys())


@given(plaintexts=st.lists(st.binary(max_size=50), max_size=4))
def test_round_trip(plaintexts: list[bytes]) -> None:
    """Any bytes come back, in order, also from another process."""
    objects = in_memory_storage().objects
    secrets = [Secret(b64encode(plaintext).decode()) for plaintext in plaintexts]

    ciphertexts = service_keys(objects).encrypt(DEV, secrets)

    assert service_keys(objects).decrypt(DEV, ciphertexts) == secrets


def test_format_is_that_of_a_cloud_provider(objects: Objects) -> None:
    """Behind the stack's id stands what a CLI with the same data key would read."""
    [ciphertext] = service_keys(objects).encrypt(DEV, [VALUE])

    stack_id, _, text = b64decode(ciphertext).decode().partition(":")

    stored = objects.get(service_key_key(DEV.id))
    assert stored is not None
    assert stack_id == DEV.id
    assert text.startswith("v1:")
    assert b"hunter2" not in stored.body


def test_one_key_for_all_processes(objects: Objects) -> None:
    """Of many who encrypt first at the same time, one makes the key."""

    def encrypt(_number: int) -> str:
        return service_keys(objects).encrypt(DEV, [VALUE])[0]

    with ThreadPoolExecutor(8) as threads:
        ciphertexts = list(threads.map(encrypt, range(16)))

    assert service_keys(objects).decrypt(DEV, ciphertexts) == [VALUE] * 16


def test_good_for_one_stack(objects: Objects) -> None:
    """A ciphertext that was carried to another stack does not open there."""
    keys = service_keys(objects)
    ciphertexts = keys.encrypt(DEV, [VALUE])
    keys.encrypt(OTHER, [VALUE])

    with pytest.raises(BadRequestError, match="not encrypted for stack 'shop/other'"):
        keys.decrypt(OTHER, ciphertexts)


@pytest.mark.parametrize(
    "ciphertext", ["", "x", "!", "eA==", b64encode(b"stk-1:v1:a:b").decode(), "\u00e4"]
)
def test_what_is_no_ciphertext_is_refused(objects: Objects, ciphertext: str) -> None:
    """Nothing else opens, and nothing of it is repeated."""
    keys = service_keys(objects)
    keys.encrypt(DEV, [VALUE])

    with pytest.raises(BadRequestError):
        keys.decrypt(DEV, [ciphertext])


def test_tampering(objects: Objects) -> None:
    """A ciphertext with a changed bit does not open."""
    keys = service_keys(objects)
    [ciphertext] = keys.encrypt(DEV, [VALUE])
    damaged = bytearray(b64decode(ciphertext))
    damaged[-6] ^= 1

    with pytest.raises(BadRequestError):
        keys.decrypt(DEV, [b64encode(damaged).decode()])


def test_decryption_makes_no_key(objects: Objects) -> None:
    """Where nothing was encrypted, nothing is to be opened."""
    with pytest.raises(BadRequestError, match="nothing was ever encrypted"):
        service_keys(objects).decrypt(DEV, ["eA=="])
    assert list(objects.list(".hoist/")) == []


def test_without_keys(objects: Objects) -> None:
    """A service that has no keys says what to use instead."""
    with pytest.raises(BadRequestError) as refusal:
        ServiceKeys(objects, None).encrypt(DEV, [VALUE])

    assert "awskms" in (refusal.value.way_out or "")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"format":1}', b'{"format":2}'])
def test_damaged_key(objects: Objects, body: bytes) -> None:
    """A stored key that cannot be read is a case for a person, not a reason for a new one."""
    objects.put(service_key_key(DEV.id), body, if_etag=None)

    with pytest.raises(CorruptStateError):
        service_keys(objects).encrypt(DEV, [VALUE])


@pytest.fixture(params=["key file", "passphrase"])
def data_keys(request: pytest.FixtureRequest, tmp_path: Path) -> DataKeys:
    if request.param == "key file":
        create_key_file(tmp_path / "key")
        return MasterKeyDataKeys(master_keys_in_file(tmp_path / "key"))
    parameters = tmp_path / "scrypt.json"
    passphrase = master_keys_of_passphrase(Secret("x"), parameters_file=parameters, costs=CHEAP)
    return MasterKeyDataKeys(passphrase)


def test_master_keys(data_keys: DataKeys, tmp_path: Path) -> None:
    """A key of this machine wraps data keys, each bound to its stack."""
    wrapped = data_keys.new("stk-1")

    sealed = data_keys.open(wrapped).seal(b"value")

    assert data_keys.open(wrapped).unseal(sealed) == b"value"
    assert wrapped.url.startswith("hoistkey://")
    for file in tmp_path.iterdir():
        assert os.stat(file).st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda wrapped: SecretsProvider(wrapped.url.replace("k-1", "k-2"), wrapped.encrypted_key),
        lambda wrapped: SecretsProvider(wrapped.url, "eA=="),
        lambda wrapped: SecretsProvider(wrapped.url, ""),
        lambda wrapped: SecretsProvider("hoistkey://other?context_stack=stk-1", "eA=="),
        lambda wrapped: SecretsProvider("awskms://alias/k", wrapped.encrypted_key),
    ],
)
def test_master_keys_refuse(data_keys: DataKeys, change: object) -> None:
    """What was wrapped for another stack, by another key, or was changed does not open."""
    assert callable(change)
    with pytest.raises(CorruptStateError):
        data_keys.open(change(data_keys.new("stk-1")))
