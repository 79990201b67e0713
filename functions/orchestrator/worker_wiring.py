"""Names the worker's real adapters, each made on first use: the message comes first."""

import uuid
from functools import cache
from typing import TYPE_CHECKING

from hoist.aws import Aws
from hoist.clock import Clock, SystemClock
from orchestrator.settings import Settings
from orchestrator.work.answering import Answering, Workshop
from orchestrator.work.facts import FactLog
from orchestrator.work.settings import HeadLock, WorkerSettings
from orchestrator.work.visibility import SqsVisibility

if TYPE_CHECKING:
    from orchestrator.audit.anchoring import AnchoringAtRunEnd
    from orchestrator.wiring import AwsEstate


def wire_worker() -> Answering:
    """The worker of this process. Raises SettingMissingError, WorkerSettingError."""
    from aws_lambda_powertools import Logger

    from orchestrator.work.powertools_facts import PowertoolsFacts

    settings, worker = Settings.of_this_process(), WorkerSettings.of_this_process()
    settings.require_audit_table()
    settings.require_audit_bucket()
    settings.require_signing_key()
    aws, clock = Aws(settings.aws), SystemClock()
    log = PowertoolsFacts(Logger(service="orchestrator-worker"))
    return Answering(
        visibility=SqsVisibility(aws.sqs(), settings.doorbell_url),
        workshop=cache(lambda: _workshop(settings, worker, aws, clock=clock, log=log)),
        times=worker.times,
        clock=clock,
        log=log,
        make_worker_id=lambda: str(uuid.uuid4()),
    )


def _workshop(
    settings: Settings, worker: WorkerSettings, aws: Aws, *, clock: Clock, log: FactLog
) -> Workshop:
    from orchestrator.engine.confinement import confine_this_process
    from orchestrator.engine.host.zygotes import Zygote
    from orchestrator.engine.room import EngineRoom
    from orchestrator.engine.runner import Runner
    from orchestrator.state.holders import UnknownHolders
    from orchestrator.state.service import StateService
    from orchestrator.wiring import AwsEstate
    from orchestrator.work.attempt import Attempt
    from orchestrator.work.credentials import FunctionCredentials
    from orchestrator.work.leftovers import Leftovers
    from orchestrator.work.slice_work import SliceWork

    confine_this_process()
    # It gets ready while the rest is made, and while the run is claimed.
    zygote = Zygote()
    estate = AwsEstate(settings, clock=clock, aws=aws)
    service = StateService.over(
        estate.storage, holders=UnknownHolders(), clock=clock, data_keys=estate.data_keys
    )
    credentials = FunctionCredentials()

    def make_engine() -> Runner:
        room = EngineRoom(
            engine=worker.engine,
            plugins=worker.plugins,
            runs=worker.work_directory / "runs",
            credentials=credentials.present(),
            aws_environment=settings.aws.as_environment(),
            owns_process=True,
        )
        return Runner(room, service, estate.data_keys, zygote, clock=clock)

    runs = estate.run_service(_anchoring(estate, settings, worker.head_lock, aws))
    leftovers = Leftovers(service=service, runs=runs, log=log)
    attempt = Attempt(
        service=service,
        leftovers=leftovers,
        programs=estate.programs,
        make_engine=make_engine,
        log=log,
    )
    work = SliceWork(attempt=attempt, runs=runs, events=estate.events, clock=clock, log=log)
    return Workshop(runs, leftovers, work)


def _anchoring(
    estate: "AwsEstate", settings: Settings, lock: HeadLock, aws: Aws
) -> "AnchoringAtRunEnd":
    from orchestrator.audit.anchoring import AnchoringAtRunEnd, HeadAnchoring
    from orchestrator.audit.stores.kms_signer import KmsSigner
    from orchestrator.audit.stores.s3_anchors import S3Anchors

    anchors = S3Anchors(
        aws.s3(),
        bucket=settings.require_audit_bucket(),
        kept_for=lock.kept_for,
        mode=lock.mode,
        clock=estate.clock,
    )
    signer = KmsSigner(aws.kms(), key_id=settings.require_signing_key())
    anchoring = HeadAnchoring(estate.chains, anchors, signer, clock=estate.clock)
    return AnchoringAtRunEnd(anchoring, on_lost=estate.tell_audit_loss)
