"""What a description, a digest and an image's address say, whatever is in them."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from health.dependencies.deployed_function import hex_digest, image_in, release_in

DIGEST = "0123456789abcdef" * 4
_words = st.text("ab0./:@-_ é\n", max_size=12)


@given(
    _words,
    _words,
    st.sampled_from([DIGEST, DIGEST[1:], DIGEST.upper()]),
    st.sampled_from([".zip", ""]),
)
def test_any_description_is_understood_whole_or_not_at_all(
    before: str, name: str, digest: str, ending: str
) -> None:
    """What is taken for a release has a digest, and arguments without a blank in them."""
    for source in (f"s3://{before}/{name}-{digest}{ending}", f"{name}@sha256:{digest}"):
        release = release_in(f"release 0123456789ab of {source}")
        if release is not None:
            assert release.digest == DIGEST
            assert not [each for each in release.code_arguments if each != each.strip()]


def test_description_of_a_package() -> None:
    """Its bucket and key are the way back to it."""
    release = release_in(f"release 0123456789ab of s3://bucket/packages/api-{DIGEST}.zip")

    assert release is not None
    assert (release.id, release.digest) == ("0123456789ab", DIGEST)
    assert release.code_arguments == (
        *("--s3-bucket", "bucket"),
        *("--s3-key", f"packages/api-{DIGEST}.zip"),
    )


@given(_words)
def test_any_address_is_an_image_or_none(text: str) -> None:
    """An image has a registry, a repository and a digest; everything else is none."""
    image = image_in(f"{text}@sha256:{DIGEST}")
    assert image is None or (image.repository and image.digest == DIGEST)
    assert image_in(text) is None


def test_image_in_a_registry() -> None:
    """The account is the registry's id, and a repository may have folders."""
    image = image_in(f"000000000000.dkr.ecr.eu-central-1.amazonaws.com/a/worker@sha256:{DIGEST}")

    assert image is not None
    assert (image.registry, image.repository) == ("000000000000", "a/worker")


@given(st.binary(max_size=40))
def test_digests_are_told_in_hex(digest: bytes) -> None:
    """What Lambda tells in base64 is the same digest."""
    assert hex_digest(base64.b64encode(digest).decode()) == digest.hex()


@given(st.text(max_size=40))
def test_what_is_no_digest_is_empty(text: str) -> None:
    """Any text is a digest in hex, or nothing."""
    assert set(hex_digest(text)) <= set("0123456789abcdef")
