"""Every store of programs, for the one contract."""

from collections.abc import Iterator

import pytest

from emulator_for_tests import running_emulator
from program_stores import (
    MemoryUploadSite,
    S3UploadSite,
    UploadSite,
    moto_upload_site,
    s3_upload_site,
)

_EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


# Not moto: of an upload through a pre-signed URL it forgets the checksum.
@pytest.fixture(params=["memory", _EMULATOR])
def site(request: pytest.FixtureRequest) -> Iterator[UploadSite]:
    if request.param == "memory":
        yield MemoryUploadSite()
        return
    with s3_upload_site(request.getfixturevalue("emulator_url")) as site:
        yield site


@pytest.fixture(params=["moto", _EMULATOR])
def s3_site(request: pytest.FixtureRequest) -> Iterator[S3UploadSite]:
    if request.param == "moto":
        with moto_upload_site() as site:
            yield site
        return
    with s3_upload_site(request.getfixturevalue("emulator_url")) as site:
        yield site


@pytest.fixture
def emulator_site(request: pytest.FixtureRequest) -> Iterator[S3UploadSite]:
    with s3_upload_site(request.getfixturevalue("emulator_url")) as site:
        yield site
