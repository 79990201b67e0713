"""The file that Pulumi's S3 backend would read."""

import gzip
import json
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import deployment, resource
from orchestrator.state.checkpoint import decode_checkpoint, encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import CorruptStateError

NAME = "organization/shop/dev"
PLAIN = VersionedDeployment(3, (), deployment(resource("a", inputs={"big": 2**80, "x": 1e-7})))
WITH_FEATURES = VersionedDeployment(4, ("taint",), deployment(resource("a", taint=True)))
EMPTY = VersionedDeployment(3, (), None)


def test_the_file_has_the_layout_of_the_s3_backend() -> None:
    """Version, stack and deployment stand where the Pulumi CLI looks for them."""
    assert json.loads(encode_checkpoint(NAME, PLAIN)) == {
        "version": 3,
        "checkpoint": {"stack": NAME, "latest": PLAIN.deployment},
    }


def test_features_are_written_when_there_are_any() -> None:
    """A deployment of version 4 lists its features beside the checkpoint."""
    file = json.loads(encode_checkpoint(NAME, WITH_FEATURES))

    assert (file["version"], file["features"]) == (4, ["taint"])


@pytest.mark.parametrize("state", [PLAIN, WITH_FEATURES, EMPTY])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_checkpoint_survives_a_round_trip(state: VersionedDeployment, compress: type) -> None:
    """What was encoded is decoded again, compressed with gzip or not."""
    assert decode_checkpoint(compress(encode_checkpoint(NAME, state))) == state


@pytest.mark.parametrize(
    "body",
    [
        b'{"version":0,"checkpoint":{"stack":"organization/shop/dev"}}',
        b'{"version":3,"checkpoint":{"stack":"organization/shop/dev"}}',
        b'{"version":3,"checkpoint":{"stack":"organization/shop/dev","latest":null}}',
        b'{"stack":"dev"}',
        b"{}",
    ],
)
def test_a_stack_that_was_never_updated_is_empty(body: bytes) -> None:
    """A file without a deployment is an empty stack, in the present version and before any."""
    assert decode_checkpoint(body) == EMPTY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"version":3,"checkpoint":[]}',
        b'{"version":1,"checkpoint":{"latest":{"resources":[{"urn":"x"}]}}}',
        b'{"version":3,"checkpoint":{"latest":[]}}',
        b'{"version":4,"features":"taint","checkpoint":{"latest":{}}}',
        b'{"version":4,"features":[1],"checkpoint":{"latest":{}}}',
        gzip.compress(b"{}", mtime=0)[:-4],
        b"\x1f\x8b and then something else",
    ],
)
def test_a_damaged_file_is_refused(body: bytes) -> None:
    """What is not a checkpoint is refused with a way out."""
    with pytest.raises(CorruptStateError) as refusal:
        decode_checkpoint(body)

    assert refusal.value.way_out


@pytest.mark.parametrize("version", [-1, 5, '"3"', "true", "[]", "1.0", "null"])
def test_a_deployment_of_an_unknown_version_is_refused(version: object) -> None:
    """A newer schema is named, not guessed at."""
    body = f'{{"version":{version},"checkpoint":{{"latest":{{}}}}}}'.encode()

    with pytest.raises(CorruptStateError, match="version"):
        decode_checkpoint(body)


def test_a_file_compressed_with_zstd_is_refused_with_a_reason() -> None:
    """Damaged zstd data, or any where Python cannot unpack it, is named as such."""
    body = b"\x28\xb5\x2f\xfd" + b"\x00" * 8
    reason = "damaged" if find_spec("compression") else "this Python cannot read"

    with pytest.raises(CorruptStateError, match=f"zstd.*{reason}"):
        decode_checkpoint(body)


@given(body=st.binary() | st.binary().map(gzip.compress))
def test_any_file_is_decoded_or_refused(body: bytes) -> None:
    """Decoding raises nothing but CorruptStateError."""
    try:
        decode_checkpoint(body)
    except CorruptStateError:
        return
