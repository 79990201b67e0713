"""The seam is boto3's client: names, parameters and answers are those of its service model."""

import inspect
from collections.abc import Callable
from typing import get_type_hints

import boto3
import pytest
from botocore.model import OperationModel

from hoist.secrets.client import SecretsClient
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.refusals import Code

OPERATIONS = [name for name in vars(SecretsClient) if not name.startswith("_")]
# What any AWS service may answer, and what Secrets Manager was seen to answer beside its model.
OF_ANY_SERVICE = {"AccessDeniedException", "ValidationException"}


@pytest.fixture(scope="module")
def model_of() -> Callable[[str], OperationModel]:
    client = boto3.Session(region_name="us-east-1").client(
        "secretsmanager", aws_access_key_id="test", aws_secret_access_key="test"
    )
    names = {method: name for method, name in client.meta.method_to_api_mapping.items()}
    model = client.meta.service_model
    return lambda method: model.operation_model(names[method])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_parameters_are_botos(operation: str, model_of: Callable[[str], OperationModel]) -> None:
    """Each parameter is one of the operation's, required ones are required, and keywords."""
    shape = model_of(operation).input_shape
    members, needed = (set(shape.members), set(shape.required_members)) if shape else (set(), set())
    parameters = list(inspect.signature(getattr(SecretsClient, operation)).parameters.values())[1:]
    required = {each.name for each in parameters if each.default is inspect.Parameter.empty}

    assert {each.name for each in parameters} <= members
    assert required == needed
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_answers_are_botos(operation: str, model_of: Callable[[str], OperationModel]) -> None:
    """Each key of an answer is one of the operation's."""
    shape = model_of(operation).output_shape
    answer = get_type_hints(getattr(SecretsClient, operation))["return"]
    keys = set(getattr(answer, "__annotations__", ()))

    assert keys <= set(shape.members if shape else ())


def test_codes_are_botos(model_of: Callable[[str], OperationModel]) -> None:
    """Each code that a store answers with is one of the service's errors."""
    known = {error.name for name in OPERATIONS for error in model_of(name).error_shapes}

    assert set(Code) <= known | OF_ANY_SERVICE


@pytest.mark.parametrize("operation", OPERATIONS)
def test_file_store_has_every_parameter(operation: str) -> None:
    """The file store takes what the seam takes."""
    ours, seam = (
        set(inspect.signature(getattr(kind, operation)).parameters)
        for kind in (FileSecretStore, SecretsClient)
    )

    assert ours == seam


def test_file_store_is_a_client() -> None:
    """The type checker takes a file store for the seam: this line is its proof."""
    opener: type[SecretsClient] = FileSecretStore

    assert opener is FileSecretStore
