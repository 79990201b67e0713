"""A table and a bucket inside this process."""

from collections.abc import Iterator

import pytest

from storages import AwsPlace, moto_place


@pytest.fixture
def place() -> Iterator[AwsPlace]:
    with moto_place() as place:
        yield place
