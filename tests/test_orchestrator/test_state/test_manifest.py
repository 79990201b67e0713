"""The head of a deployment."""

from datetime import UTC, datetime, timedelta, timezone

from orchestrator.state.manifest import magic_of, new_manifest


def test_the_time_is_written_in_utc() -> None:
    """Whatever zone the time is given in, the manifest has it in UTC, with a Z."""
    written_at = datetime(2026, 3, 4, 7, 6, 7, 125000, tzinfo=timezone(timedelta(hours=2)))

    assert new_manifest(written_at, "3.250.0")["time"] == "2026-03-04T05:06:07.125000Z"
    assert new_manifest(written_at.astimezone(UTC), "")["time"] == "2026-03-04T05:06:07.125000Z"


def test_the_magic_is_the_digest_of_the_version() -> None:
    """Without a version there is no magic, as in the engine."""
    assert magic_of("") == ""
    assert magic_of("3.250.0").startswith("86534a69602456956bf02697")
    assert len(magic_of("3.250.0")) == 64


def test_magic_of_what_is_no_text() -> None:
    """Half a surrogate pair counts as what the engine reads in its place."""
    assert magic_of("\ud800") == magic_of("\ufffd")
