"""Makes on a running emulator what Hoist needs before its own stack can go up."""

import json
from dataclasses import asdict

from hoist.aws import Aws
from hoist.clock import Clock
from local.bootstrap import BootstrapOutputs, deploy_bootstrap
from local.emulator_layout import EmulatorLayout
from local.emulator_status import RunningEmulator
from local.file_lock import exclusive_lock
from local.progress import Progress
from local.settings import LocalSettings

ENVIRONMENT = "local"
_WAITING = "Another process is preparing the local AWS; waiting for it"


def bootstrap_emulator(
    settings: LocalSettings, running: RunningEmulator, *, clock: Clock, progress: Progress
) -> BootstrapOutputs:
    """The bootstrap's outputs, made first where it is missing; raises BootstrapError.

    What it made is noted, so that commands need not ask again while the same emulator runs; one
    that crashed may have lost it.
    """
    layout = EmulatorLayout(settings.directory)
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        # CloudFormation takes one change of a stack at a time.
        if (noted := _noted(layout, running)) is not None:
            return noted
        aws = Aws(settings.aws_settings(running.endpoint_url))
        with progress.task("Bringing the bootstrap (buckets, table and keys) up to date"):
            outputs = deploy_bootstrap(
                environment=ENVIRONMENT,
                cloudformation=aws.cloudformation(),
                s3=aws.s3(),
                dynamodb=aws.dynamodb(),
                clock=clock,
            )
        layout.bootstrap.write_text(json.dumps({"pid": running.pid, "outputs": asdict(outputs)}))
        return outputs


def _noted(layout: EmulatorLayout, running: RunningEmulator) -> BootstrapOutputs | None:
    try:
        note = json.loads(layout.bootstrap.read_text())
        if note["pid"] != running.pid:
            return None
        return BootstrapOutputs(**{**note["outputs"], "closed_gaps": ()})
    except (OSError, ValueError, KeyError, TypeError):
        return None
