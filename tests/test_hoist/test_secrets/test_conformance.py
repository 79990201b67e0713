"""The conformance cases as others use them."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from hoist.secrets.conformance.case import behaviour, refusal_of, refused
from hoist.secrets.conformance.settings import AwsConformanceSettings
from hoist.secrets.conformance.subject import Subject
from secret_sites import file_subject


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "Call")


def test_failing_case_says_what_is_wrong(tmp_path: Path) -> None:
    """A store that does otherwise fails with the sentence of the case, and is cleaned up."""
    subject = file_subject(tmp_path)
    made: list[str] = []

    @behaviour(99)
    def case(subject: Subject) -> None:
        """Water flows uphill."""
        made.append(subject.new_secret()[0])
        raise AssertionError("it does not")

    with pytest.raises(AssertionError, match="Water flows uphill. it does not"):
        case.run(subject)

    assert str(case) == "99_case"
    with pytest.raises(ClientError):
        subject.client.describe_secret(SecretId=made[0])


def test_refused_knows_codes() -> None:
    """A refusal counts with one of its codes, any code, or when the SDK refuses before."""
    with refused("A", "B"):
        raise client_error("B")
    with refused():
        raise client_error("C")
    with refused("A"):
        raise ParamValidationError(report="too short")


def test_other_outcomes_are_no_refusal() -> None:
    """Success and other codes are failures of the case."""
    with pytest.raises(AssertionError, match="refused with C, not A or B"), refused("A", "B"):
        raise client_error("C")
    with pytest.raises(AssertionError, match="succeeded"), refused("A"):
        pass
    with pytest.raises(AssertionError, match="succeeded"):
        refusal_of(lambda: None)


def test_aws_is_opt_in() -> None:
    """The cases run on AWS only when region and both functions are named."""
    whole = {
        "HOIST_CONFORMANCE_REGION": "eu-west-1",
        "HOIST_CONFORMANCE_FUNCTION": "arn:good",
        "HOIST_CONFORMANCE_MISSING_FUNCTION": "arn:missing",
    }

    assert AwsConformanceSettings.from_environment(whole) == AwsConformanceSettings(
        "eu-west-1", "arn:good", "arn:missing"
    )
    for name in whole:
        assert AwsConformanceSettings.from_environment({**whole, name: ""}) is None
