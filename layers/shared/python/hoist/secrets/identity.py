"""Names and ARNs of secrets, and what a SecretId may stand for."""

import re
import secrets
import string
from dataclasses import dataclass

from hoist.secrets.refusals import Code, RefusedError

MAX_NAME_LENGTH = 512

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}\Z")
_SUFFIX_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Place:
    """The account and region that ARNs of a store name."""

    account: str
    region: str

    @property
    def arn_prefix(self) -> str:
        return f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:"

    def new_arn(self, name: str) -> str:
        """Ends in six random characters: a secret made again under the same name has another."""
        suffix = "".join(secrets.choice(_SUFFIX_LETTERS) for _ in range(6))
        return f"{self.arn_prefix}{name}-{suffix}"


# What the ARNs of a store name when nobody says otherwise.
NOWHERE = Place(account="000000000000", region="us-east-1")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secret that a SecretId may mean: by name alone, or with the ARN it must have."""

    name: str
    arn: str | None = None


def candidates(secret_id: str, place: Place) -> tuple[Candidate, ...]:
    """What the id may mean, best first: a name, a whole ARN, or an ARN without its suffix."""
    if not secret_id.startswith("arn:"):
        return (Candidate(secret_id),) if _NAME.fullmatch(secret_id) else ()
    rest = secret_id.removeprefix(place.arn_prefix)
    if rest == secret_id or not _NAME.fullmatch(rest):
        return ()
    partial = Candidate(rest)
    if not _SUFFIX.search(rest):
        return (partial,)
    return (Candidate(_SUFFIX.sub("", rest), arn=secret_id), partial)


def check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise RefusedError(
            Code.VALIDATION,
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the"
            f" following: -/_+=.@! and at most {MAX_NAME_LENGTH} of them",
        )
    return name
