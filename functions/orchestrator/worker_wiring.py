"""Names the worker's real adapters, each made on first use: the message comes first."""

import uuid
from functools import cache

from hoist.aws import Aws
from hoist.clock import Clock, SystemClock
from orchestrator.settings import Settings
from orchestrator.work.answering import Answering, Workshop
from orchestrator.work.facts import FactLog
from orchestrator.work.settings import WorkerSettings
from orchestrator.work.visibility import SqsVisibility


def wire_worker() -> Answering:
    """The worker of this process. Raises SettingMissingError, WorkerSettingError."""
    from aws_lambda_powertools import Logger

    from orchestrator.work.powertools_facts import PowertoolsFacts

    settings, worker = Settings.of_this_process(), WorkerSettings.of_this_process()
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

    # It gets ready while the rest is made, and while the run is claimed.
    zygote = Zygote()
    estate = AwsEstate(settings, clock=clock, aws=aws)
    service = StateService.over(estate.storage, holders=UnknownHolders(), clock=clock)
    credentials = FunctionCredentials()

    def make_engine() -> Runner:
        room = EngineRoom(
            engine=worker.engine,
            plugins=worker.plugins,
            runs=worker.work_directory / "runs",
            credentials=credentials.present(),
            aws_environment=settings.aws.as_environment(),
        )
        return Runner(room, service, estate.data_keys, zygote, clock=clock)

    leftovers = Leftovers(service=service, runs=estate.runs, log=log)
    attempt = Attempt(
        service=service,
        leftovers=leftovers,
        programs=estate.programs,
        make_engine=make_engine,
        log=log,
    )
    work = SliceWork(attempt=attempt, runs=estate.runs, events=estate.events, clock=clock, log=log)
    return Workshop(estate.runs, leftovers, work)
