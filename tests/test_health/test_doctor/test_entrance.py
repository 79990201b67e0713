"""The way in: who AWS says that the caller is, and what each refusal means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    UnauthorizedSSOTokenError,
)

from health.doctor.entrance import Entrance, principal_of, try_entrance
from health.findings.assessment import Status, worst
from health_command_check import complaints
from hoist.clock import FixedClock
from storages import NOON

USER = "arn:aws:iam::000000000000:user/ada"


@dataclass
class Identity:
    """STS, which answers or raises."""

    ahead: timedelta = timedelta(0)
    """How far this machine's clock is ahead of AWS's."""
    error: Exception | None = None
    date: str | None = None

    def get_caller_identity(self) -> Mapping[str, Any]:
        if self.error is not None:
            raise self.error
        return {"Account": "000000000000", "Arn": USER, "ResponseMetadata": self.metadata}

    @property
    def metadata(self) -> Mapping[str, Any]:
        date = format_datetime(NOON - self.ahead, usegmt=True) if self.date is None else self.date
        return {"HTTPHeaders": {"date": date}}

    def refusing(self, code: str) -> "Identity":
        response: Any = {"Error": {"Code": code}, "ResponseMetadata": self.metadata}
        return Identity(self.ahead, ClientError(response, "GetCallerIdentity"))


def entered(identity: Identity) -> Entrance:
    return try_entrance(identity, FixedClock(NOON))


def commands(entrance: Entrance) -> dict[str, str]:
    return {
        finding.id: finding.action.command
        for each in entrance.assessments
        for finding in each.findings
    }


def status(entrance: Entrance) -> Status:
    return worst(each.status for each in entrance.assessments)


def test_known_caller_comes_in() -> None:
    """Valid credentials and a clock that agrees are well."""
    entrance = entered(Identity())

    assert (entrance.is_open, status(entrance), entrance.principal) == (True, Status.PASS, USER)


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (NoCredentialsError(), "aws configure sso"),
        (UnauthorizedSSOTokenError(), "aws sso login"),
    ],
)
def test_nobody_stays_outside(error: BotoCoreError, command: str) -> None:
    """Without credentials, and with a session that has ended, the command that signs in is told."""
    entrance = entered(Identity(error=error))

    assert (entrance.is_open, commands(entrance)) == (False, {"access.credentials": command})


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("ExpiredToken", "aws sso login"),
        ("InvalidClientTokenId", "aws configure sso"),
        ("SignatureDoesNotMatch", "aws configure sso"),
    ],
)
def test_refused_caller_stays_outside(code: str, command: str) -> None:
    """What AWS says to credentials decides which command is told."""
    entrance = entered(Identity().refusing(code))

    assert (entrance.is_open, commands(entrance)) == (False, {"access.credentials": command})


def test_silence_is_unknown() -> None:
    """Without a network nothing is known of the credentials; they may be well."""
    entrance = entered(Identity(error=EndpointConnectionError(endpoint_url="https://sts")))

    assert (entrance.is_open, status(entrance)) == (False, Status.UNKNOWN)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Status.PASS),
        (59, Status.PASS),
        (-59, Status.PASS),
        (60, Status.WARN),
        (-299, Status.WARN),
        (300, Status.FAIL),
        (-86_400, Status.FAIL),
    ],
)
def test_clock_is_held_against_aws(seconds: int, expected: Status) -> None:
    """A minute off is a warning, five minutes are what AWS refuses, in either direction."""
    assert status(entered(Identity(timedelta(seconds=seconds)))) is expected


def test_wrong_clock_is_told_beside_the_refusal_that_it_causes() -> None:
    """A signature that AWS does not take because of the time names both."""
    entrance = entered(Identity(timedelta(hours=1)).refusing("SignatureDoesNotMatch"))

    assert set(commands(entrance)) == {"access.clock", "access.credentials"}


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 01 Mar 2026 12:00:00"])
def test_answer_without_a_date_says_nothing_of_the_clock(date: str) -> None:
    """No date, or none that can be read, is no judgement."""
    entrance = entered(Identity(date=date))

    assert [each.rule for each in entrance.assessments] == ["access.credentials"]
    assert entrance.is_open


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (USER, USER),
        (
            "arn:aws:sts::000000000000:assumed-role/Deployer/ada@laptop",
            "arn:aws:iam::000000000000:role/Deployer",
        ),
        ("arn:aws:iam::000000000000:root", "arn:aws:iam::000000000000:root"),
        ("nonsense", "nonsense"),
    ],
)
def test_role_counts_and_not_its_session(arn: str, principal: str) -> None:
    """Policies are those of a user or a role: of a session, the role is named."""
    assert principal_of(arn) == principal


def test_evidence_can_be_pasted() -> None:
    """What shows who one is, is a command of AWS's own command line."""
    (assessment,) = entered(Identity(error=NoCredentialsError())).assessments
    (finding,) = assessment.findings

    assert complaints(finding.evidence.query) == []
