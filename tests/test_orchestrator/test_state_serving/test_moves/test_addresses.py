"""Addresses of backends."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.serving.errors import BackendAddressError
from orchestrator.state.serving.moves.addresses import (
    BucketAddress,
    FolderAddress,
    parse_address,
)


def test_a_folder() -> None:
    """A folder may be told from the root, from home or from here, as `pulumi login` takes it."""
    assert parse_address("file:///srv/state") == FolderAddress(Path("/srv/state"))
    assert parse_address("file:///srv/state?no_tmp_dir=1") == FolderAddress(Path("/srv/state"))
    assert parse_address("file://~") == FolderAddress(Path.home())
    assert parse_address("file://./state") == FolderAddress(Path.cwd() / "state")


def test_a_bucket() -> None:
    """A bucket, with a folder in it and what the address says of the way there."""
    assert parse_address("s3://bucket") == BucketAddress("bucket")
    assert parse_address("s3://bucket/team/state/") == BucketAddress("bucket", "team/state")
    query = "region=eu-west-1&endpoint=http://127.0.0.1:9000&s3ForcePathStyle=true&awssdk=v2"
    assert parse_address(f"s3://bucket?{query}") == BucketAddress(
        "bucket", region="eu-west-1", endpoint_url="http://127.0.0.1:9000"
    )
    assert parse_address("s3://b?endpoint=minio.example") == BucketAddress(
        "b", endpoint_url="https://minio.example"
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "state", "gs://bucket", "https://service.example", "FILE:///x"),
        *("file://", "s3://", "s3:///folder", "s3://bucket?profile=ann", "s3://bucket?region"),
        "s3://[bucket",
    ],
)
def test_what_names_no_backend(text: str) -> None:
    """Anything else is refused, with a word about what is wrong."""
    with pytest.raises(BackendAddressError) as refused:
        parse_address(text)

    assert refused.value.message


@given(scheme=st.sampled_from(["file://", "s3://", ""]), rest=st.text(max_size=60))
def test_any_text(scheme: str, rest: str) -> None:
    """Any text is an address, or refused."""
    try:
        address = parse_address(scheme + rest)
    except BackendAddressError:
        return
    assert str(address).startswith(scheme)
