"""From a project directory to a run in its stack's queue."""

import hashlib
import secrets
from dataclasses import asdict

from hoist.cli.context import CliContext
from hoist.cli.progress import ConsoleProgress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.settings import cache_directory
from orchestrator.commands.program_packing import pack_program, worker_here, worker_on_lambda
from orchestrator.commands.server.answers import RunFacts
from orchestrator.commands.server.api import HoistApi, StackApi
from orchestrator.commands.server.upload import upload_program
from orchestrator.commands.stack_selection import StackSelection
from orchestrator.commands.wanted_operation import WantedOperation


def upload_if_needed(
    context: CliContext,
    connection: ServerConnection,
    selection: StackSelection,
    progress: ConsoleProgress,
) -> str:
    """Pack the project's program and see that the server has it; the SHA-256 of its zip.

    Raises a ProgramError for a program that cannot be run, ProgramUploadError.
    """
    # A server on this machine has its workers here as well.
    is_here = connection.address.is_this_machine
    archive = pack_program(
        selection.directory,
        selection.project,
        worker_here() if is_here else worker_on_lambda(),
        cache_directory=cache_directory(context.environ),
        say=progress.say,
    )
    digest = hashlib.sha256(archive.body).hexdigest()
    offer = HoistApi(connection).offer_program(digest=digest, size=len(archive.body))
    if offer.upload is not None:
        upload_program(archive.body, offer.upload, clock=context.clock, say=progress.say)
    return digest


def submit(stack: StackApi, wanted: WantedOperation, program: str | None) -> RunFacts:
    """Create the run, once: the key stays the same however often the request has to be sent."""
    return stack.create_run(
        wanted.kind,
        program=program,
        options=asdict(wanted.options),
        message=wanted.message,
        idempotency_key=secrets.token_hex(16),
    )
