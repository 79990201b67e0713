"""The way in: a region, credentials that AWS takes, and a clock that agrees with AWS's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from health.dependencies.answers import error_code
from health.doctor import prescriptions
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from hoist.clock import Clock

# Ages of a minute are told wrongly by a clock that is a minute off.
NOTICED_FROM = timedelta(minutes=1)
# What Signature Version 4 takes.
REFUSED_FROM = timedelta(minutes=5)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_SIGNED_WRONGLY = frozenset({"RequestTimeTooSkewed", "SignatureDoesNotMatch"})


class IdentityClient(Protocol):
    """The call of boto3's client of STS that is made here."""

    def get_caller_identity(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Entrance:
    """What was found at the door; `principal` is empty where it stayed shut."""

    assessments: tuple[Assessment, ...]
    principal: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.principal)


def try_entrance(client: IdentityClient, clock: Clock) -> Entrance:
    """Ask AWS who the caller is. Everything that can go wrong with that is an assessment."""
    try:
        answer = client.get_caller_identity()
    except ClientError as error:
        return Entrance((*_clock(error.response, clock), _refused(error)))
    except (NoCredentialsError, PartialCredentialsError) as error:
        return _shut(prescriptions.no_credentials(type(error).__name__, have_expired=False))
    except (SSOError, TokenRetrievalError, UnauthorizedSSOTokenError) as error:
        return _shut(prescriptions.no_credentials(type(error).__name__, have_expired=True))
    except BotoCoreError as error:
        because = f"STS did not answer ({type(error).__name__}): is there a network?"
        return _shut(is_unknown(prescriptions.CREDENTIALS, prescriptions.CALLER, because))
    known = is_well(
        prescriptions.CREDENTIALS, prescriptions.CALLER, Observed(str(answer["Account"]))
    )
    return Entrance((known, *_clock(answer, clock)), principal=principal_of(answer["Arn"]))


def principal_of(arn: str) -> str:
    """The user or role whose policies count: of a session, its role."""
    parts = arn.split(":", 5)
    kind, _, rest = parts[-1].partition("/")
    if kind != "assumed-role" or len(parts) < 6:
        return arn
    role = rest.partition("/")[0]
    return ":".join((parts[0], parts[1], "iam", "", parts[4], f"role/{role}"))


def _shut(assessment: Assessment) -> Entrance:
    return Entrance((assessment,))


def _refused(error: ClientError) -> Assessment:
    code = error_code(error)
    if code in _SIGNED_WRONGLY:
        # A clock that is off looks the same as a wrong key.
        return prescriptions.no_credentials(
            f"{code}: wrong key, or wrong clock", have_expired=False
        )
    return prescriptions.no_credentials(code, have_expired=code in _EXPIRED)


def _clock(answer: Mapping[str, Any], clock: Clock) -> tuple[Assessment, ...]:
    """Nothing where the answer bears no date."""
    date = _date_of(answer)
    if date is None:
        return ()
    skew = clock.now() - date
    if abs(skew) < NOTICED_FROM:
        seconds = Observed(round(skew.total_seconds()), "seconds ahead of AWS")
        return (is_well(prescriptions.CLOCK, prescriptions.CALLER, seconds),)
    return (prescriptions.clock_is_off(skew, is_refused=abs(skew) >= REFUSED_FROM),)


def _date_of(answer: Mapping[str, Any]) -> datetime | None:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return date if date.tzinfo else None
