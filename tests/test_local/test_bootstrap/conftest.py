"""A local AWS for this folder, and its clients."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from hoist.clock import SystemClock
from local.emulator_launch import temporary_emulator
from local.progress import SilentProgress
from local.settings import EMULATOR_ACCESS_KEY_ID, EMULATOR_SECRET_ACCESS_KEY, LocalSettings

ClientMaker = Callable[[str], Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientMaker]:
    """Makes clients of an emulator that is empty at first."""
    settings = LocalSettings.of_this_process()
    with temporary_emulator(
        tmp_path_factory.mktemp("emulator"),
        settings=settings,
        clock=SystemClock(),
        progress=SilentProgress(),
    ) as emulator:
        session: Any = boto3.Session(
            aws_access_key_id=EMULATOR_ACCESS_KEY_ID,
            aws_secret_access_key=EMULATOR_SECRET_ACCESS_KEY,
            region_name=settings.region,
        )

        def make(service: str) -> Any:
            return session.client(service, endpoint_url=emulator.endpoint_url)

        yield make
