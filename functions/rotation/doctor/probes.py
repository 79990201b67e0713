"""Which values a target lets in, by strategy. Nothing is changed anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, json_fields
from rotation.errors import FailureKind, RotationError
from rotation.strategies.user_keys import UserKeys


class Liveness(StrEnum):
    """What became of an attempt to get in with a value."""

    LIVE = "live"
    REFUSED = "refused"
    # It was asked and did not answer, or the value does not say whom to ask.
    UNKNOWN = "unknown"
    # There is no value, or nobody who could be asked.
    NOT_ASKED = "not asked"


class Probe(Protocol):
    """Asks the target of one strategy."""

    def lets_in(self, value: Secret) -> bool:
        """Whether the value is good now; raises RotationError or InvalidDocumentError."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """How the target took a value; `why` says why that is not known."""

    life: Liveness
    why: FailureKind | None = None


Probes = Mapping[str, Callable[[], Probe]]
"""By the name of the strategy; those without a target of their own are absent."""


def answer_to(value: Secret | None, probe: Probe | None) -> Answer:
    """How the target takes the value."""
    if value is None or probe is None:
        return Answer(Liveness.NOT_ASKED)
    try:
        return Answer(Liveness.LIVE if probe.lets_in(value) else Liveness.REFUSED)
    except RotationError as error:
        return Answer(Liveness.UNKNOWN, error.kind)
    except InvalidDocumentError:
        return Answer(Liveness.UNKNOWN, FailureKind.SCHEMA)


class AccessKeyProbe:
    """Asks STS as whom the key acts."""

    def __init__(self, users: UserKeys) -> None:
        self._users = users

    def lets_in(self, value: Secret) -> bool:
        fields = json_fields(value, "the secret's value")
        user = fields.text("user_name")
        credentials = AwsCredentials(
            fields.text("access_key_id"), fields.secret("secret_access_key")
        )
        return self._users.owner_of(credentials) == user
