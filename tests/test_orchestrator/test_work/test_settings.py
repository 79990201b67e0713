"""What the worker is told by its environment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.settings import SettingMissingError
from orchestrator.work.answering import SliceTimes
from orchestrator.work.errors import WorkerSettingError
from orchestrator.work.settings import WorkerSettings

ENGINE = {"HOIST_ENGINE": "/opt/pulumi/bin/pulumi", "HOIST_PLUGINS": "/opt/pulumi/plugins"}


def test_engine_and_plugins_are_enough() -> None:
    """The rest has values that fit Lambda."""
    settings = WorkerSettings.from_environment(ENGINE)

    assert settings == WorkerSettings(
        engine=Path("/opt/pulumi/bin/pulumi"),
        plugins=Path("/opt/pulumi/plugins"),
        work_directory=Path("/tmp/hoist"),
        times=SliceTimes(margin_seconds=90.0, reserve_seconds=20.0),
    )


def test_place_and_times_may_be_set() -> None:
    """For a laptop, and for tests."""
    settings = WorkerSettings.from_environment(
        {
            **ENGINE,
            "HOIST_WORK_DIRECTORY": "/var/hoist",
            "HOIST_SLICE_MARGIN_SECONDS": "5",
            "HOIST_SLICE_RESERVE_SECONDS": "0.5",
        }
    )

    assert settings.work_directory == Path("/var/hoist")
    assert settings.times == SliceTimes(5.0, 0.5)


@pytest.mark.parametrize("name", ENGINE)
def test_a_missing_setting_is_named(name: str) -> None:
    """Whoever deploys has to know which one."""
    with pytest.raises(SettingMissingError, match=name):
        WorkerSettings.from_environment({**ENGINE, name: ""})


@given(st.text(min_size=1))
def test_seconds_are_a_number_or_refused(text: str) -> None:
    """None of them is negative or without end."""
    name = "HOIST_SLICE_MARGIN_SECONDS"
    try:
        settings = WorkerSettings.from_environment({**ENGINE, name: text})
    except WorkerSettingError:
        return
    assert 0 <= settings.times.margin_seconds < float("inf")
