"""What the worker is told by its environment."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.settings import SettingMissingError
from orchestrator.work.answering import SliceTimes
from orchestrator.work.errors import WorkerSettingError
from orchestrator.work.settings import HeadLock, WorkerSettings

ENGINE = {
    "HOIST_ENGINE": "/opt/pulumi/bin/pulumi",
    "HOIST_PLUGINS": "/opt/pulumi/plugins",
    "HOIST_AUDIT_RETENTION_DAYS": "400",
    "HOIST_AUDIT_RETENTION_MODE": "COMPLIANCE",
}


def test_engine_plugins_and_lock_are_enough() -> None:
    """The rest has values that fit Lambda."""
    settings = WorkerSettings.from_environment(ENGINE)

    assert settings == WorkerSettings(
        engine=Path("/opt/pulumi/bin/pulumi"),
        plugins=Path("/opt/pulumi/plugins"),
        work_directory=Path("/tmp/hoist"),
        times=SliceTimes(margin_seconds=90.0, reserve_seconds=20.0),
        head_lock=HeadLock(timedelta(days=400), "COMPLIANCE"),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("HOIST_AUDIT_RETENTION_DAYS", text)
            for text in ("0", "36501", "-1", "1.5", "²", "9" * 99)
        ),
        *(("HOIST_AUDIT_RETENTION_MODE", text) for text in ("compliance", "NONE")),
    ],
)
def test_a_lock_that_s3_would_not_take_is_refused(name: str, text: str) -> None:
    """By name, before any head is signed."""
    with pytest.raises(WorkerSettingError, match=name):
        WorkerSettings.from_environment({**ENGINE, name: text})


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
