"""The one place that names real stores, logs and targets for the commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError

from hoist.aws import Aws
from hoist.clock import Clock
from hoist.errors import UsageError
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.seams import Handler
from hoist.rotation_engine.tries import Tries
from hoist.secrets.client import SecretsClient
from hoist.secrets.opening import open_file_store
from hoist.secrets.settings import SecretStoreSettings
from rotation.commands.local_function import local_function
from rotation.commands.local_placeholders import LocalPlaceholders
from rotation.commands.targets import ReadSecret, probes_over, strategies_over
from rotation.doctor.cloud_trail import CloudTrailLog, TrailClient
from rotation.doctor.examination import Examiner
from rotation.doctor.file_log import FileRotationLog
from rotation.doctor.log import RotationLog
from rotation.doctor.rotators import EngineRotator, ServiceRotator
from rotation.doctor.treatment import Rotator
from rotation.settings import RotationSettings
from rotation.steps import Stage
from rotation.versions import SecretVersions


class TestingRotator(Rotator, Protocol):
    """A rotator that can also only ask."""

    def test(self, secret_id: str) -> str:
        """Whether a rotation would work; how far that has come, as a word."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """A store of secrets with what belongs to it."""

    client: SecretsClient
    log: RotationLog
    examiner: Examiner
    # With a handler of one's own and a number of tries, which Secrets Manager takes from nobody.
    rotator: Callable[[Handler | None, Tries], TestingRotator]


class DoctorAws(Aws):
    """AWS for a person who looks for a fault."""

    @cache  # noqa: B019 - an Aws lives as long as its process
    def cloudtrail(self) -> TrailClient:
        client: Any = self._session.client("cloudtrail", endpoint_url=self._endpoint)
        found: TrailClient = client
        return found


def open_site(environ: Mapping[str, str], clock: Clock, *, is_aws: bool) -> Site:
    """The site; raises UsageError if it is not configured, and what opening a store raises."""
    settings = RotationSettings.from_environment(environ)
    return _aws_site(settings, clock) if is_aws else _file_site(environ, settings, clock)


def _aws_site(settings: RotationSettings, clock: Clock) -> Site:
    aws = DoctorAws(settings.aws)
    try:
        client, trail = aws.secretsmanager(), aws.cloudtrail()
    except BotoCoreError as error:
        raise UsageError(
            f"there is no way to AWS: {type(error).__name__}",
            way_out="set AWS_REGION, and AWS_PROFILE if it is not the default one",
        ) from None
    log = CloudTrailLog(trail)
    return Site(
        client=client,
        log=log,
        examiner=_examiner(client, log, settings, clock),
        rotator=lambda handler, tries: ServiceRotator(client),
    )


def _file_site(environ: Mapping[str, str], settings: RotationSettings, clock: Clock) -> Site:
    store_settings = SecretStoreSettings.from_environment(environ)
    store = open_file_store(store_settings, clock=clock, aws=Aws(settings.aws))
    log = FileRotationLog(store_settings.directory)

    def rotator(handler: Handler | None, tries: Tries) -> TestingRotator:
        strategies = strategies_over(_current_in(store), settings, clock)
        engine = RotationEngine(
            client=store,
            placeholders=LocalPlaceholders(store, store_settings.place),
            handler=handler or local_function(store, strategies, clock),
            clock=clock,
            listener=log.hear,
            tries=tries,
        )
        return EngineRotator(engine)

    examiner = _examiner(store, log, settings, clock)
    return Site(client=store, log=log, examiner=examiner, rotator=rotator)


def _examiner(
    client: SecretsClient, log: RotationLog, settings: RotationSettings, clock: Clock
) -> Examiner:
    read = _current_in(client)
    return Examiner(
        client=client,
        log=log,
        strategies=strategies_over(read, settings, clock),
        probes=probes_over(read, settings, clock),
        clock=clock,
    )


def _current_in(client: SecretsClient) -> ReadSecret:
    versions = SecretVersions(client)
    return lambda secret_id: versions.with_stage(secret_id, Stage.CURRENT)
