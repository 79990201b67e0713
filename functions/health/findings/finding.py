"""One finding: evidence, impact, cause and action. Whoever reads it need not look anything up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Sixteen digits tell apart more findings than anybody will ever have.
_FINGERPRINT_DIGITS = 16


class Severity(StrEnum):
    """How bad it is."""

    FAIL = "fail"
    """Something does not work, or will not soon."""
    WARN = "warn"
    """Something works and should be looked at within days."""
    NOTE = "note"
    """Nothing is wrong, but something could be better or cheaper."""

    @property
    def badness(self) -> int:
        """More for what is worse."""
        return _BADNESS[self]


_BADNESS = {Severity.NOTE: 0, Severity.WARN: 1, Severity.FAIL: 2}


class Confidence(StrEnum):
    """How sure the likely cause is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class DataQuality(StrEnum):
    """What the evidence is worth."""

    OK = "ok"
    PARTIAL = "partial"
    """Some of the data are missing; what is there was enough to tell."""
    STALE = "stale"
    """It was so when last seen; this time it could not be looked at."""


class SubjectKind(StrEnum):
    """Kinds of things that can be well or ill."""

    ACCOUNT = "account"
    API = "api"
    BUCKET = "bucket"
    CERTIFICATE = "certificate"
    FUNCTION = "function"
    INSTALLATION = "installation"
    KEY = "key"
    MAPPING = "mapping"
    QUEUE = "queue"
    RUN = "run"
    SECRET = "secret"
    STACK = "stack"
    TABLE = "table"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """The thing that a finding is about."""

    kind: SubjectKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ActionKind(StrEnum):
    """What a command does."""

    FIX = "fix"
    """It changes something, and the finding resolves."""
    LOOK = "look"
    """It changes nothing: it shows what a person needs to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen. `query` shows the same to whoever runs it."""

    source: str
    """A namespace of metrics, `REPORT lines`, or an action such as `sqs:GetQueueAttributes`."""
    metric: str
    value: float | str
    threshold: float | str
    query: str
    statistic: str = ""
    unit: str = ""
    samples: int | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """What most likely made it so."""

    text: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What to do: a command ready to paste, and the setting that keeps it so."""

    kind: ActionKind
    command: str
    effect: str = ""
    setting: str = ""
    """The setting in infra/. Empty when no setting is concerned."""
    rollback: str = ""
    cost_change_usd_month: float | None = None
    """What the action adds to the bill, at list price; None when that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know. `id` names its kind, such as `lambda.throttles`."""

    id: str
    severity: Severity
    subject: Subject
    title: str
    evidence: Evidence
    impact: str
    cause: Cause
    action: Action
    quality: DataQuality = DataQuality.OK
    first_seen: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same trouble of the same thing, however its numbers change."""
        # No name holds a zero byte, so no two identities run into one.
        identity = "\0".join((self.id, self.subject.kind, self.subject.name))
        return hashlib.sha256(identity.encode()).hexdigest()[:_FINGERPRINT_DIGITS]
