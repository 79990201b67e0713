"""An audit in memory, and a local AWS."""

from collections.abc import Iterator

import pytest

from audit_site import AuditSite
from emulator_for_tests import running_emulator


@pytest.fixture
def site() -> AuditSite:
    return AuditSite()


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url
