"""Whose the local directory is."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.errors import ForeignDirectoryError
from local.local_directory import claim_directory, is_ours, purge_directory
from local.settings import LocalSettings
from local_installation import made_up_settings


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    return made_up_settings(tmp_path)


def test_a_new_directory_is_made_and_claimed(settings: LocalSettings) -> None:
    """A directory that is not there is made ours, and claiming it twice is fine."""
    claim_directory(settings)
    claim_directory(settings)

    assert is_ours(settings.directory)


def test_somebody_elses_directory_is_refused(settings: LocalSettings) -> None:
    """A directory with other files is neither claimed nor purged."""
    settings.directory.mkdir()
    (settings.directory / "thesis.tex").write_text("years of work")

    with pytest.raises(ForeignDirectoryError, match="not made by"):
        claim_directory(settings)
    with pytest.raises(ForeignDirectoryError, match="not made by"):
        purge_directory(settings)
    assert (settings.directory / "thesis.tex").exists()


def test_the_default_directory_is_ours_by_its_name(settings: LocalSettings) -> None:
    """What another command left in the repository's build directory does not stand in the way."""
    default = replace(settings, directory=settings.repository / "build" / "local")
    default.directory.mkdir(parents=True)
    (default.directory / "left").touch()

    claim_directory(default)

    assert is_ours(default.directory)


def test_purging_deletes_the_directory(settings: LocalSettings) -> None:
    """A directory of ours is gone afterwards; purging again finds nothing."""
    claim_directory(settings)
    (settings.directory / "state").mkdir()

    assert purge_directory(settings)
    assert not settings.directory.exists()
    assert not purge_directory(settings)
