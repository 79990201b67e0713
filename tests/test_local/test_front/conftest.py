"""An emulator with the function for tests."""

from collections.abc import Iterator

import pytest

from emulator_for_tests import running_emulator
from front_functions import create_function
from hoist.aws import Aws
from local.front.lambda_invoker import LambdaInvoker
from local.settings import LocalSettings

FUNCTION = "contract"


@pytest.fixture(scope="package")
def endpoint_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an emulator of these tests' own is."""
    with running_emulator(tmp_path_factory.mktemp("front-emulator")) as url:
        yield url


@pytest.fixture(scope="package")
def aws(endpoint_url: str) -> Aws:
    return Aws(LocalSettings.of_this_process().aws_settings(endpoint_url))


@pytest.fixture(scope="package")
def lambda_invoker(aws: Aws) -> LambdaInvoker:
    """Invokes the function for tests on the emulator."""
    create_function(aws.lambda_functions(), FUNCTION)
    return LambdaInvoker(aws.lambda_functions(), FUNCTION)
