"""Secrets that should have rotated by now, and rotations that do not come to their end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from shlex import join

from health.dependencies.errors import LookError
from health.dependencies.installation import secrets_prefix
from health.dependencies.rotating_secrets import (
    LIST,
    LIST_VERSIONS,
    PENDING,
    RotatingSecret,
    SecretShelf,
)
from health.dependencies.site import Site
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from hoist.clock import Clock
from hoist.rotation_engine.errors import ScheduleInvalidError

# Secrets Manager may begin a rotation until the end of its window, and tries again for hours.
GRACE = timedelta(days=1)
STUCK_AFTER = timedelta(days=1)
SETTING = "the rotation rules of the secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotations:
    """Looks at the secrets that the rotation function may touch."""

    shelf: SecretShelf
    installation: str
    clock: Clock
    name: str = "rotations"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.INSTALLATION, self.installation)

    def look(self) -> Sequence[Assessment]:
        secrets = list(self.shelf.rotating())
        counted = is_well(self.name, self.subject, Observed(len(secrets), "secrets that rotate"))
        return [counted, *(each for secret in secrets for each in self._assessments(secret))]

    def _assessments(self, secret: RotatingSecret) -> Iterator[Assessment]:
        subject = Subject(SubjectKind.SECRET, secret.name)
        try:
            due_at = self.shelf.due_at(secret)
        except (LookError, ScheduleInvalidError) as error:
            yield is_unknown(f"{self.name}.overdue", subject, error.message)
        else:
            yield self._in_time(secret, subject, due_at)
        try:
            yield self._at_rest(secret, subject)
        except LookError as error:
            yield is_unknown(f"{self.name}.stuck", subject, error.message)

    def _in_time(
        self, secret: RotatingSecret, subject: Subject, due_at: datetime | None
    ) -> Assessment:
        rule = f"{self.name}.overdue"
        # What is open comes first: a new rotation cannot be begun beside it.
        is_late = due_at is not None and self.clock.now() >= due_at + GRACE
        if due_at is None or not is_late or secret.open_version:
            return is_well(rule, subject, Observed(due_at.isoformat() if due_at else "no rule"))
        return Assessment(
            rule=rule,
            subject=subject,
            observed=Observed(due_at.isoformat()),
            findings=(self._overdue(rule, secret, subject, due_at),),
        )

    def _at_rest(self, secret: RotatingSecret, subject: Subject) -> Assessment:
        rule = f"{self.name}.stuck"
        if not secret.open_version:
            return is_well(rule, subject, Observed("none open"))
        stored_at = self.shelf.value_stored_at(secret, secret.open_version)
        # A version without a value has no date. It was begun before the last change.
        begun_at = stored_at or secret.changed_at
        if self.clock.now() < begun_at + STUCK_AFTER:
            return is_well(rule, subject, Observed(secret.open_version))
        return Assessment(
            rule=rule,
            subject=subject,
            observed=Observed(secret.open_version),
            findings=(
                self._stuck(rule, secret, subject, begun_at=begun_at, is_empty=stored_at is None),
            ),
        )

    def _overdue(
        self, rule: str, secret: RotatingSecret, subject: Subject, due_at: datetime
    ) -> Finding:
        return Finding(
            id=rule,
            severity=Severity.WARN,
            subject=subject,
            title=f"The secret {secret.name} should have rotated by {due_at:%Y-%m-%d}",
            evidence=self._evidence(secret, LIST, "time since it was due", due_at, GRACE),
            impact="a value that got out stays good for longer than somebody decided",
            cause=Cause("its rotation function failed, or was not there", Confidence.MEDIUM),
            action=Action(
                kind=ActionKind.FIX,
                command=_command("rotate-secret", secret),
                effect="rotates it now; `hoist secrets history` shows how earlier tries ended",
                setting=SETTING,
            ),
        )

    def _stuck(
        self,
        rule: str,
        secret: RotatingSecret,
        subject: Subject,
        *,
        begun_at: datetime,
        is_empty: bool,
    ) -> Finding:
        holds = "no value" if is_empty else "a value"
        metric = f"time for which a version with {holds} has been pending"
        return Finding(
            id=rule,
            severity=Severity.FAIL,
            subject=subject,
            title=f"A rotation of {secret.name} has not come to its end",
            evidence=self._evidence(secret, LIST_VERSIONS, metric, begun_at, STUCK_AFTER),
            impact="it does not rotate any more, and its target may take another value already",
            cause=Cause("its rotation function fails each time it is called", Confidence.HIGH),
            action=_let_go(secret) if is_empty else _go_on(secret),
        )

    def _evidence(
        self,
        secret: RotatingSecret,
        source: str,
        metric: str,
        since: datetime,
        threshold: timedelta,
    ) -> Evidence:
        return Evidence(
            source=source,
            metric=metric,
            value=round((self.clock.now() - since) / timedelta(days=1), 1),
            threshold=threshold / timedelta(days=1),
            unit="days",
            query=_command("describe-secret", secret),
            window_start=since,
            window_end=self.clock.now(),
        )


def _let_go(secret: RotatingSecret) -> Action:
    """Nobody can have been given a value that does not exist."""
    label, version = ("--version-stage", PENDING), secret.open_version
    move = "update-secret-version-stage"
    return Action(
        kind=ActionKind.FIX,
        command=_command(move, secret, *label, "--remove-from-version-id", version),
        effect="gives the empty version up; the next rotation begins anew",
        rollback=_command(move, secret, *label, "--move-to-version-id", version),
    )


def _go_on(secret: RotatingSecret) -> Action:
    return Action(
        kind=ActionKind.FIX,
        command=join(("hoist", "secrets", "doctor", secret.name, "--apply", "--aws")),
        effect="asks the target which value it takes, and goes on, or back, from there",
    )


def _command(operation: str, secret: RotatingSecret, *options: str) -> str:
    return join(("aws", "secretsmanager", operation, "--secret-id", secret.arn, *options))


def make(site: Site) -> Rotations:
    installation = site.places.installation
    client = site.clients.looked_at("secretsmanager")
    return Rotations(
        shelf=SecretShelf(client, secrets_prefix(installation)),
        installation=installation,
        clock=site.clock,
    )
