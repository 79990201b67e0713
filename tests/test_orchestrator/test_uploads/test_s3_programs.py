"""What only S3 can get wrong."""

import hashlib
import io
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from orchestrator.uploads.errors import ProgramDamagedError, ProgramNotUploadedError
from orchestrator.uploads.programs import StoredProgram
from orchestrator.uploads.s3_programs import ADMITTED
from program_stores import S3UploadSite

BODY = b"a zip with a program in it"
DIGEST = hashlib.sha256(BODY).hexdigest()


def test_the_offers_headers_are_signed(s3_site: S3UploadSite) -> None:
    """Without one of them, or with another value, S3 takes the signature for wrong."""
    upload = s3_site.store.offer(DIGEST, len(BODY))
    assert upload is not None

    query = parse_qs(urlsplit(upload.url).query)

    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["900"]
    signed = query["X-Amz-SignedHeaders"][0].split(";")
    assert set(signed) == {"host", *upload.headers}


def test_another_body_is_not_admitted(s3_site: S3UploadSite) -> None:
    """Whatever lies where the upload belongs: it must have the digest that it is named by."""
    s3_site.put_beside(DIGEST, b"another body, of another digest")

    with pytest.raises(ProgramDamagedError):
        s3_site.store.admit(DIGEST)
    assert not s3_site.store.exists(DIGEST)


def test_what_was_changed_later_is_not_read(s3_site: S3UploadSite) -> None:
    """A program is hashed once more when it is read."""
    s3_site.client.put_object(Bucket=s3_site.bucket, Key=f"{ADMITTED}/{DIGEST}.zip", Body=b"x")

    with pytest.raises(ProgramDamagedError):
        s3_site.store.read(DIGEST)


@pytest.mark.emulator
def test_s3_refuses_another_body(emulator_site: S3UploadSite) -> None:
    """An upload whose bytes are not those of the checksum is not taken at all."""
    upload = emulator_site.store.offer(DIGEST, len(BODY))
    assert upload is not None

    assert not emulator_site.put(upload, BODY[::-1])
    with pytest.raises(ProgramNotUploadedError):
        emulator_site.store.admit(DIGEST)
    assert emulator_site.put(upload, BODY)


@pytest.mark.emulator
def test_many_may_admit_at_once(emulator_site: S3UploadSite) -> None:
    """All are told of the same program, and it is whole."""
    upload = emulator_site.store.offer(DIGEST, len(BODY))
    assert upload is not None
    assert emulator_site.put(upload, BODY)
    admitted: list[StoredProgram] = []
    start = threading.Barrier(8)

    def admit() -> None:
        store = emulator_site.store
        start.wait()
        admitted.append(store.admit(DIGEST))

    threads = [threading.Thread(target=admit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(admitted) == 8
    # The emulator takes every copy; S3 takes the first, and the others get its version.
    assert {(each.digest, each.size) for each in admitted} == {(DIGEST, len(BODY))}
    assert emulator_site.store.read(DIGEST) == BODY


class _TakenFirst:
    """Has somebody else admit the program right before the copy, as S3 would tell of it."""

    def __init__(self, site: S3UploadSite) -> None:
        self._site = site
        site.client.meta.events.register_first("before-send.s3.CopyObject", self._answer)

    def _answer(self, **_: Any) -> Any:
        key = f"{ADMITTED}/{DIGEST}.zip"
        self._site.client.put_object(Bucket=self._site.bucket, Key=key, Body=BODY)
        refusal = _Raw(b"<Error><Code>PreconditionFailed</Code></Error>")
        return AWSResponse("", 412, HTTPHeaders(), refusal)


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.getvalue()


def test_who_comes_second_gets_the_firsts_program(s3_site: S3UploadSite) -> None:
    """A copy that S3 refuses because the program is there is no error."""
    s3_site.client.put_object(
        Bucket=s3_site.bucket,
        Key=f"quarantine/{DIGEST}.zip",
        Body=BODY,
        ChecksumAlgorithm="SHA256",
    )
    _TakenFirst(s3_site)

    admitted = s3_site.store.admit(DIGEST)

    assert admitted.version_id
    assert s3_site.store.read(DIGEST) == BODY
