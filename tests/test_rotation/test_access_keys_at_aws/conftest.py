"""IAM as moto has it and as the emulator has it, and what each is known to do otherwise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from emulator_for_tests import running_emulator
from hoist.aws import AwsSettings
from hoist.clock import FixedClock
from rotation.strategies.user_keys import UserKeys
from rotation_iam_site import IamSite, emulator_iam, moto_iam
from rotation_site import MORNING
from rotation_users import InMemoryUserKeys

_NEVER_USED = "tells of every key that it was never used"

# By the test that shows it: moto is 5.2.5, the emulator ministack 1.5.33.
DEFECTS: Mapping[str, Mapping[str, str]] = {
    "moto": {
        "test_deleted_key_is_nobodys": "takes an unknown key for a user of its own",
    },
    "emulator": {
        "test_deleted_key_is_nobodys": "takes an unknown key for the root of the account",
        "test_key_in_use_is_not_deleted": _NEVER_USED,
        "test_third_key_is_refused": "gives a user as many keys as it asks for",
        "test_use_of_a_key_is_told": _NEVER_USED,
    },
}

AT_AWS = ["moto", pytest.param("emulator", marks=pytest.mark.emulator)]


@pytest.fixture(scope="session")
def iam_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@contextmanager
def account_of(request: pytest.FixtureRequest) -> Iterator[AwsSettings]:
    """Known defects are strict failures: a repair is noticed."""
    reason = DEFECTS[request.param].get(request.function.__name__)
    if reason:
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    if request.param == "emulator":
        yield emulator_iam(request.getfixturevalue("iam_url"))
        return
    with moto_iam() as settings:
        yield settings


@pytest.fixture(params=AT_AWS)
def site(request: pytest.FixtureRequest) -> Iterator[IamSite]:
    """A user of its own for each test."""
    with account_of(request) as settings:
        yield IamSite(aws=settings)


@pytest.fixture(params=["memory", *AT_AWS])
def users_and_name(request: pytest.FixtureRequest) -> Iterator[tuple[UserKeys, str]]:
    """With one user, who has no key, and its name."""
    if request.param == "memory":
        yield InMemoryUserKeys(FixedClock(MORNING)), "app"
        return
    with account_of(request) as settings:
        site = IamSite(aws=settings)
        yield site.keys, site.user


@pytest.fixture
def users(users_and_name: tuple[UserKeys, str]) -> UserKeys:
    return users_and_name[0]


@pytest.fixture
def name(users_and_name: tuple[UserKeys, str]) -> str:
    return users_and_name[1]
