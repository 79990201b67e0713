"""What every store of programs does."""

import base64
import hashlib

import pytest

from orchestrator.engine.programs.errors import ProgramTooLargeError
from orchestrator.uploads.errors import ProgramNameError, ProgramNotUploadedError
from orchestrator.uploads.programs import MAX_PROGRAM_BYTES, OFFER_LENGTH, Upload
from program_stores import UploadSite
from storages import NOON

BODY = b"a zip with a program in it"
DIGEST = hashlib.sha256(BODY).hexdigest()


def offered(site: UploadSite) -> Upload:
    upload = site.store.offer(DIGEST, len(BODY))
    assert upload is not None
    return upload


def test_an_upload_becomes_a_program(site: UploadSite) -> None:
    """Offered, uploaded, admitted, read: the bytes are those that were uploaded."""
    assert site.put(offered(site), BODY)
    assert not site.store.exists(DIGEST)

    admitted = site.store.admit(DIGEST)

    assert (admitted.digest, admitted.size) == (DIGEST, len(BODY))
    assert admitted.version_id
    assert site.store.exists(DIGEST)
    assert site.store.read(DIGEST) == BODY


def test_an_offer_says_what_must_be_sent(site: UploadSite) -> None:
    """Length and checksum bind it to this program, and nothing is overwritten."""
    upload = offered(site)

    assert upload.method == "PUT"
    assert upload.headers == {
        "content-length": str(len(BODY)),
        "if-none-match": "*",
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
    }
    assert upload.expires_at == NOON + OFFER_LENGTH


def test_nothing_is_offered_for_what_is_there(site: UploadSite) -> None:
    """Neither for an upload that was not admitted yet, nor for a program."""
    site.put(offered(site), BODY)

    assert site.store.offer(DIGEST, len(BODY)) is None
    site.store.admit(DIGEST)
    assert site.store.offer(DIGEST, len(BODY)) is None


def test_an_offer_can_be_asked_for_again(site: UploadSite) -> None:
    """Who lost the first may take the second, and whoever comes last changes nothing."""
    first, second = offered(site), offered(site)

    assert site.put(second, BODY)
    assert not site.put(first, BODY)
    assert site.store.admit(DIGEST).size == len(BODY)


def test_what_was_not_uploaded_is_not_admitted(site: UploadSite) -> None:
    """Nor is it there, nor can it be read."""
    offered(site)

    with pytest.raises(ProgramNotUploadedError):
        site.store.admit(DIGEST)
    with pytest.raises(ProgramNotUploadedError):
        site.store.read(DIGEST)
    assert not site.store.exists(DIGEST)


def test_an_upload_alone_cannot_be_read(site: UploadSite) -> None:
    """A worker runs only what was admitted."""
    site.put(offered(site), BODY)

    with pytest.raises(ProgramNotUploadedError):
        site.store.read(DIGEST)


def test_admitting_twice_is_admitting_once(site: UploadSite) -> None:
    """Both answers name the same version."""
    site.put(offered(site), BODY)

    assert site.store.admit(DIGEST) == site.store.admit(DIGEST)


@pytest.mark.parametrize("digest", ["", "a" * 63, "A" * 64, "../" + "a" * 61, "a" * 64 + "\n"])
def test_what_is_no_digest_is_refused(site: UploadSite, digest: str) -> None:
    """Before it could become a part of a key."""
    with pytest.raises(ProgramNameError):
        site.store.offer(digest, 1)
    for method in (site.store.admit, site.store.exists, site.store.read):
        with pytest.raises(ProgramNameError):
            method(digest)


def test_a_size_has_its_limits(site: UploadSite) -> None:
    """Nothing is offered for an empty program, or for one that no worker takes."""
    with pytest.raises(ProgramNameError):
        site.store.offer(DIGEST, 0)
    with pytest.raises(ProgramTooLargeError):
        site.store.offer(DIGEST, MAX_PROGRAM_BYTES + 1)
    assert site.store.offer(DIGEST, MAX_PROGRAM_BYTES) is not None
