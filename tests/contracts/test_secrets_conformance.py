"""The behaviours of Secrets Manager, on every store: all on ours, and what others get wrong."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from emulator_for_tests import running_emulator
from hoist.secrets.conformance import CASES, Case
from hoist.secrets.conformance.settings import AwsConformanceSettings
from secret_defects import MINISTACK_DEFECTS, MOTO_DEFECTS
from secret_sites import aws_subject, emulator_subject, file_subject, moto_subject

pytestmark = pytest.mark.thorough

LISTED_BEHAVIOURS = 60


@pytest.fixture(scope="session")
def secrets_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


def expecting(defects: Mapping[str, str]) -> list[ParameterSet]:
    """The cases, those with a known defect as strict failures: a repair is noticed."""
    assert set(defects) <= {str(case) for case in CASES}
    return [pytest.param(case, id=str(case), marks=_marks(case, defects)) for case in CASES]


def _marks(case: Case, defects: Mapping[str, str]) -> list[pytest.MarkDecorator]:
    reason = defects.get(str(case))
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


def test_every_behaviour_has_a_case() -> None:
    """Each of the listed behaviours has at least one case, and each case its sentence."""
    assert {case.number for case in CASES} == set(range(1, LISTED_BEHAVIOURS + 1))
    assert len({str(case) for case in CASES}) == len(CASES)
    assert all(case.sentence.endswith(".") for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_file_store(case: Case, tmp_path: Path) -> None:
    """The file store does what Secrets Manager does."""
    case.run(file_subject(tmp_path))


@pytest.mark.parametrize("case", expecting(MOTO_DEFECTS))
def test_moto(case: Case) -> None:
    """moto does what Secrets Manager does, but for its known defects."""
    with moto_subject() as subject:
        case.run(subject)


@pytest.mark.emulator
@pytest.mark.parametrize("case", expecting(MINISTACK_DEFECTS))
def test_emulator(case: Case, secrets_url: str) -> None:
    """The emulator does what Secrets Manager does, but for its known defects."""
    case.run(emulator_subject(secrets_url))


def test_aws(aws_case: Case) -> None:
    """Secrets Manager does what the cases say, where an account to ask was named."""
    settings = AwsConformanceSettings.of_this_process()
    assert settings is not None
    aws_case.run(aws_subject(settings))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The cases for AWS, or one skipped test in their place: they are opt-in."""
    if "aws_case" not in metafunc.fixturenames:
        return
    if AwsConformanceSettings.of_this_process():
        metafunc.parametrize("aws_case", CASES, ids=str)
        return
    opt_in = pytest.mark.skip(reason="opt-in: see hoist.secrets.conformance.settings")
    metafunc.parametrize("aws_case", [pytest.param(CASES[0], id="none", marks=opt_in)])
