"""A program on its way to where the server said."""

import pytest

from hoist.clock import FixedClock
from orchestrator.commands.server.answers import Upload
from orchestrator.commands.server.errors import ProgramUploadError
from orchestrator.commands.server.upload import TRIES, upload_program
from scripted_runs import BEGINNING
from scripted_server import HangUp, Reply, ScriptedServer

PLACE = "/quarantine/x.zip"
BODY = b"a program" * 1000
HEADERS = {"Content-Length": str(len(BODY)), "If-None-Match": "*", "x-amz-checksum-sha256": "abc"}


class SlowClock(FixedClock):
    """Each look at it takes a second."""

    def monotonic(self) -> float:
        self.advance(1)
        return super().monotonic()


def upload(
    server: ScriptedServer, body: bytes = BODY, *, clock: FixedClock | None = None
) -> list[str]:
    said: list[str] = []
    upload_program(
        body,
        Upload("PUT", server.url + PLACE, HEADERS),
        clock=clock or FixedClock(BEGINNING),
        say=said.append,
    )
    return said


def test_the_signed_headers_are_sent_as_they_are(server: ScriptedServer) -> None:
    """With another value, or without one, the store would refuse."""
    server.on("PUT", PLACE, Reply())

    assert upload(server) == []

    (asked,) = server.asked
    assert asked.body == BODY
    assert {name: asked.headers[name] for name in asked.headers if name in _lower(HEADERS)} == (
        _lower(HEADERS)
    )


def test_what_is_there_already_is_uploaded(server: ScriptedServer) -> None:
    """Somebody else put the same program there, or an earlier try did."""
    server.on("PUT", PLACE, Reply(status=412))

    upload(server)


@pytest.mark.parametrize("fault", [Reply(status=503), Reply(status=500), HangUp()])
def test_a_lost_upload_is_sent_again_whole(fault: Reply | HangUp, server: ScriptedServer) -> None:
    """From its beginning, and not from where it broke."""
    server.on("PUT", PLACE, fault, fault, Reply())

    upload(server)

    assert [each.body for each in server.asked] == [BODY] * 3


def test_what_the_store_refuses_is_not_sent_again(server: ScriptedServer) -> None:
    """Such as an offer that is no longer good."""
    server.on("PUT", PLACE, Reply(status=403))

    with pytest.raises(ProgramUploadError, match="403"):
        upload(server)
    assert len(server.asked) == 1


def test_it_gives_up_after_some_tries(server: ScriptedServer) -> None:
    """The error says that nothing was started."""
    server.on("PUT", PLACE, Reply(status=503))

    with pytest.raises(ProgramUploadError) as caught:
        upload(server)
    assert len(server.asked) == TRIES
    assert "nothing was started" in caught.value.way_out


def test_a_slow_upload_says_how_far_it_is(server: ScriptedServer) -> None:
    """After two seconds, and then now and then."""
    server.on("PUT", PLACE, Reply())
    headers_fit = b"x" * 400_000

    said = upload(server, headers_fit, clock=SlowClock(BEGINNING))

    assert said[0].startswith("Uploading the program: 0.0 of 0.4 MB")
    assert len(said) < 10


def test_a_place_in_the_clear_is_refused() -> None:
    """A program may hold what is nobody else's business."""
    with pytest.raises(ProgramUploadError):
        upload_program(
            BODY,
            Upload("PUT", "http://store.example/x", {}),
            clock=FixedClock(BEGINNING),
            say=lambda sentence: None,
        )


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
