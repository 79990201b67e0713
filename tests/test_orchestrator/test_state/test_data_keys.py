"""Data keys and the values under them, in Pulumi's own format."""

from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.secret import Secret
from orchestrator.state.data_keys import DataKey
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.records import SecretsProvider
from orchestrator.state.stores.contexts import encryption_context
from orchestrator.state.stores.errors import StoreSetupError
from orchestrator.state.stores.kms_data_keys import KmsDataKeys

KEY = bytes(range(32))
REGION = "eu-central-1"
ALIAS = "alias/hoist-state"

# AES-256-GCM of "hällo" under the key 00..1f and the nonce 00..0b, as Pulumi writes it.
KNOWN_VALUE = "v1:AAECAwQFBgcICQoL:L8Fyd6mKZZT+MWTduMJCqwPx4pexgg=="


@pytest.fixture
def kms() -> Iterator[KmsDataKeys]:
    with mock_aws():
        aws = Aws(AwsSettings(REGION, credentials=AwsCredentials("test", Secret("test"))))
        client = aws.kms()
        key_id = client.create_key()["KeyMetadata"]["KeyId"]
        client.create_alias(AliasName=ALIAS, TargetKeyId=key_id)
        yield KmsDataKeys(client, key_alias=ALIAS, region=REGION)


@given(value=st.text())
def test_round_trip(value: str) -> None:
    """What was encrypted is decrypted."""
    key = DataKey(KEY)

    assert key.decrypt(key.encrypt(Secret(value))) == Secret(value)


def test_known_value() -> None:
    """A value in Pulumi's format: version, nonce, then ciphertext and tag, in standard base64."""
    assert DataKey(KEY).decrypt(KNOWN_VALUE) == Secret("hällo")


def test_shape() -> None:
    """What we write has that shape, with a fresh nonce each time."""
    first, second = (DataKey(KEY).encrypt(Secret("x")) for _ in range(2))

    version, nonce, sealed = first.split(":")
    assert version == "v1"
    assert len(b64decode(nonce)) == 12
    assert len(b64decode(sealed)) == 1 + 16
    assert first != second


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1",
        "v1:",
        "v1::",
        "v1:AA==:AA==",
        "v1:AAECAwQFBgcICQoL:",
        "v1:!!!!:AAAA",
        "v1:AAECAwQFBgcICQoL:é",
        "v1:a:b:c",
        "plain text",
    ],
)
def test_unreadable(text: str) -> None:
    """What is no such value is refused without a word of it."""
    with pytest.raises(CorruptStateError) as raised:
        DataKey(KEY).decrypt(text)

    assert not text or text not in str(raised.value)


def test_other_version() -> None:
    """A value of another version is not guessed at."""
    text = DataKey(KEY).encrypt(Secret("x"))

    with pytest.raises(CorruptStateError):
        DataKey(KEY).decrypt("v2" + text[2:])


def test_other_key() -> None:
    """A value of another stack does not open."""
    with pytest.raises(CorruptStateError, match="data key"):
        DataKey(bytes(32)).decrypt(DataKey(KEY).encrypt(Secret("x")))


@given(position=st.integers(0, 200), flip=st.integers(1, 255))
def test_tampering(position: int, flip: int) -> None:
    """A single changed bit in nonce, ciphertext or tag is found."""
    _, nonce, sealed = DataKey(KEY).encrypt(Secret("some value")).split(":")
    raw = bytearray(b64decode(nonce) + b64decode(sealed))
    raw[position % len(raw)] ^= flip
    text = ":".join(("v1", b64encode(raw[:12]).decode(), b64encode(raw[12:]).decode()))

    with pytest.raises(CorruptStateError):
        DataKey(KEY).decrypt(text)


@pytest.mark.parametrize(
    ("url", "context"),
    [
        ("awskms://alias/k?region=r&context_stack=stk-1", {"stack": "stk-1"}),
        ("awskms://alias/k?context_a=1&context_b=x%20y&region=r", {"a": "1", "b": "x y"}),
        ("awskms://alias/k", {}),
        ("awskms:///arn:aws:kms:r:1:key/2?context_stack=s&awssdk=v2", {"stack": "s"}),
    ],
)
def test_context(url: str, context: dict[str, str]) -> None:
    """The encryption context is what the URL says behind `context_`."""
    assert encryption_context(url) == context


def test_new_and_open(kms: KmsDataKeys) -> None:
    """A new key is wrapped for its stack, and opens to the same key each time."""
    provider = kms.new("stk-1")

    assert provider.url == f"awskms://{ALIAS}?region={REGION}&context_stack=stk-1"
    text = kms.open(provider).encrypt(Secret("x"))
    assert kms.open(provider).decrypt(text) == Secret("x")


def test_each_stack_has_its_own(kms: KmsDataKeys) -> None:
    """Two stacks never share a key."""
    first, second = kms.new("stk-1"), kms.new("stk-2")

    text = kms.open(first).encrypt(Secret("x"))
    with pytest.raises(CorruptStateError):
        kms.open(second).decrypt(text)


def test_key_of_another_stack(kms: KmsDataKeys) -> None:
    """A wrapped key that was copied to another stack does not open there."""
    theirs = kms.new("stk-1")
    copied = SecretsProvider(kms.new("stk-2").url, theirs.encrypted_key)

    with pytest.raises(CorruptStateError, match="cannot be unwrapped"):
        kms.open(copied)


@pytest.mark.parametrize("wrapped", ["", "!", "AAAA", "AAA"])
def test_damaged_key(kms: KmsDataKeys, wrapped: str) -> None:
    """What is no wrapped key is refused, whatever it is."""
    with pytest.raises(CorruptStateError, match="cannot be unwrapped"):
        kms.open(SecretsProvider(kms.new("stk-1").url, wrapped))


def test_master_key_is_not_there() -> None:
    """Without the key in KMS no stack gets one, and the error names it."""
    with mock_aws():
        aws = Aws(AwsSettings(REGION, credentials=AwsCredentials("test", Secret("test"))))
        keys = KmsDataKeys(aws.kms(), key_alias="alias/none", region=REGION)

        with pytest.raises(StoreSetupError, match="alias/none"):
            keys.new("stk-1")


def test_errors_have_no_value(kms: KmsDataKeys) -> None:
    """Neither a plaintext nor a wrapped key stands in an error."""
    provider = SecretsProvider(kms.new("stk-1").url, b64encode(b"wrong" * 10).decode())

    with pytest.raises(CorruptStateError) as raised:
        kms.open(provider)

    assert provider.encrypted_key not in str(raised.value)
