"""Gathers what is known of a secret: from its store, its log, and its target."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hoist.clock import Clock
from hoist.errors import HoistError
from hoist.secret import Secret
from hoist.secrets.client import SecretsClient
from hoist.strict_json import InvalidDocumentError
from rotation.choice import StrategyMakers, strategy_name, strategy_named
from rotation.doctor.asking import asking
from rotation.doctor.case import Examination
from rotation.doctor.errors import SecretMissingError, SecretsDeniedError, SecretsUnavailableError
from rotation.doctor.log import RotationLog, open_failure
from rotation.doctor.probes import Probes, answer_to
from rotation.doctor.record import SecretRecord, read_names, read_record
from rotation.errors import (
    CloudFailureError,
    FailureKind,
    RotationError,
    SecretSchemaError,
    StrategyUnknownError,
)
from rotation.steps import Stage
from rotation.strategy import Trial
from rotation.versions import SecretVersions


class Examiner:
    """Looks at secrets of one store; changes nothing."""

    def __init__(
        self,
        *,
        client: SecretsClient,
        log: RotationLog,
        strategies: StrategyMakers,
        probes: Probes,
        clock: Clock,
    ) -> None:
        self._client = client
        self._versions = SecretVersions(client)
        self._log = log
        self._strategies = strategies
        self._probes = probes
        self._clock = clock

    def look(self, secret_id: str) -> Examination:
        """Labels, rules and log: no value is read. Raises SecretMissingError."""
        record = read_record(self._client, secret_id)
        case = Examination(record=record, at=self._clock.now(), strategy=record.strategy_tag)
        try:
            return replace(case, failure=open_failure(self._log.entries(record.arn)))
        except (SecretsDeniedError, SecretsUnavailableError) as error:
            # Labels and target say most of it; not everybody may read the trail.
            return replace(case, log_fault=error.message)

    def ask(self, secret_id: str) -> Examination:
        """The same, and what the target says to each value."""
        case = self.look(secret_id)
        try:
            values = {stage: self._value(case.record, stage) for stage in Stage}
            document = values[Stage.CURRENT] or values[Stage.PENDING]
            strategy = strategy_name(case.record.tags, document)
        except (SecretSchemaError, StrategyUnknownError):
            # Not every secret is rotated by one of our strategies.
            return case
        maker = self._probes.get(strategy)
        probe = maker() if maker else None
        return replace(
            case,
            strategy=strategy,
            answers={stage: answer_to(value, probe) for stage, value in values.items()},
            refusal=self._refusal(strategy, case, values) if case.open_version else None,
        )

    def ask_all(self) -> tuple[Sequence[Examination], Mapping[str, HoistError]]:
        """Every secret, and why some could not be examined: one hides no other.

        Raises SecretsUnavailableError if nobody answers at all.
        """
        cases: list[Examination] = []
        refused: dict[str, HoistError] = {}
        for name in read_names(self._client):
            try:
                cases.append(self.ask(name))
            except (SecretMissingError, SecretsDeniedError, CloudFailureError) as error:
                refused[name] = error
        return cases, refused

    def _value(self, record: SecretRecord, stage: Stage) -> Secret | None:
        if record.with_stage(stage) is None:
            return None
        with asking("GetSecretValue", record.name):
            return self._versions.with_stage(record.arn, stage)

    def _refusal(
        self, strategy: str, case: Examination, values: dict[Stage, Secret | None]
    ) -> FailureKind | None:
        pending = values[Stage.PENDING]
        if pending is None or strategy not in self._strategies:
            return None
        trial = Trial(
            token=case.open_version,
            at=case.at,
            pending=pending,
            current=values[Stage.CURRENT],
            previous=values[Stage.PREVIOUS],
        )
        try:
            strategy_named(strategy, self._strategies).test(trial)
        except RotationError as error:
            return error.kind
        except InvalidDocumentError:
            return FailureKind.SCHEMA
        return None
