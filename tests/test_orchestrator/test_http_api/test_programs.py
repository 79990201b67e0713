"""Where to upload a program."""

import hashlib

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from orchestrator.uploads.programs import MAX_PROGRAM_BYTES

BODY = b"a program"
DIGEST = hashlib.sha256(BODY).hexdigest()


def test_an_upload_is_offered_until_it_was_done(client: ApiClient, estate: InMemoryEstate) -> None:
    """The offer can be carried out as it is; then nothing is left to upload."""
    wanted = {"digest": DIGEST, "size": len(BODY)}

    upload = client.post("/v1/programs", wanted).as_model("ProgramOffer")["upload"]

    assert upload["method"] == "PUT"
    assert upload["expires_at"] == "2025-03-01T12:15:00.123000Z"
    assert estate.programs.put(upload["url"], BODY, upload["headers"])
    offer = client.post("/v1/programs", wanted).as_model("ProgramOffer")
    assert offer == {"digest": DIGEST, "upload": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": DIGEST.upper(), "size": 1},
        {"digest": DIGEST, "size": 0},
        {"digest": DIGEST, "size": MAX_PROGRAM_BYTES + 1},
        {"digest": DIGEST, "size": 1.5},
        {"digest": DIGEST},
    ],
)
def test_what_is_no_program_is_refused(client: ApiClient, wrong: dict[str, object]) -> None:
    """Neither a digest of another form nor a size that none may have is taken."""
    assert client.post("/v1/programs", wrong).code == "request_invalid"
