"""One program in its own process: a fork of the zygote that does one `Run` and ends.

Follows what Pulumi's `pulumi-language-python-exec` does, with the SDK already imported. What it
gets and what it answers goes over its control socket; when that closes, it ends at once.
"""

import asyncio
import logging
import os
import runpy
import socket
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pulumi
import pulumi.runtime
from pulumi.runtime.proto import language_pb2

from orchestrator.engine.host.failures import ProgramExitError, failure_text
from orchestrator.engine.host.frames import receive_frame, send_frame
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.search_path import with_packages

# Pulumi's own factor: one thread per operation that may wait for the engine.
THREADS_PER_PARALLEL_OPERATION = 4


def run_program(control: socket.socket) -> NoReturn:
    """Read a ProgramRequest and the engine's RunRequest, run it, answer with a RunResponse."""
    exit_code = 1
    try:
        exit_code = _serve(control)
    except BaseException:  # noqa: BLE001 - the door of this process: what went wrong is shown
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Threads of the program may still wait for an engine that is done: nothing to wait for.
        os._exit(exit_code)


def _serve(control: socket.socket) -> int:
    request, run_request = receive_frame(control), receive_frame(control)
    if request is None or run_request is None:
        return 1
    _end_with(control)
    response = _run(
        language_pb2.RunRequest.FromString(run_request), ProgramRequest.from_json(request)
    )
    sys.stdout.flush()
    sys.stderr.flush()
    send_frame(control, response.SerializeToString())
    return 0


def _end_with(control: socket.socket) -> None:
    def wait_for_the_end() -> None:
        with suppress(OSError):
            control.recv(1)
        os._exit(1)

    threading.Thread(target=wait_for_the_end, name="end-with-worker", daemon=True).start()


def _run(run_request: Any, request: ProgramRequest) -> Any:
    _settle_in(request)
    _configure(run_request, request)
    # Never closed: that would wait for threads that wait for the engine, and the answer with them.
    runner = asyncio.Runner()
    threads = max(run_request.parallel, 1) * THREADS_PER_PARALLEL_OPERATION
    runner.get_loop().set_default_executor(ThreadPoolExecutor(max_workers=threads))
    try:
        return runner.run(_respond(request))
    except SystemExit as end:
        # Raised within an `apply`, where it ends the event loop with all that was under way.
        return _failed(ProgramExitError(end.code), request)


def _settle_in(request: ProgramRequest) -> None:
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.directory)
    packages = [str(path) for path in request.import_paths]
    sys.path[:] = [str(request.directory), *with_packages(sys.path, packages)]
    sys.argv[:] = [str(request.program)]
    # The directory is gone after the run: nobody would ever read them.
    sys.dont_write_bytecode = True
    # They were opened on no terminal and would keep lines back until there are many.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # A program that fails leaves futures that nobody awaits; asyncio's complaints about them hide
    # the program's own error.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def _configure(run_request: Any, request: ProgramRequest) -> None:
    pulumi.runtime.set_all_config(dict(run_request.config), list(run_request.configSecretKeys))
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=run_request.monitor_address,
            engine=run_request.args[0] if run_request.args else None,
            project=run_request.project,
            stack=run_request.stack,
            parallel=run_request.parallel,
            dry_run=run_request.dryRun,
            organization=run_request.organization or "organization",
            root_directory=str(request.root_directory),
        )
    )


async def _respond(request: ProgramRequest) -> Any:
    try:
        await pulumi.runtime.run_in_stack(lambda: _run_main(request.program))
    except Exception as error:  # noqa: BLE001 - whatever a program raises is its user's
        return _failed(error, request)
    return language_pb2.RunResponse()


def _run_main(program: Path) -> None:
    own_pid = os.getpid()
    if program.is_dir() and not (program / "__main__.py").exists():
        raise pulumi.RunError(f"there is no __main__.py in {program.name or program}")
    try:
        runpy.run_path(str(program), run_name="__main__")
    except SystemExit as end:
        # Success must not leave before all resources are registered: the rest would be deleted.
        if end.code:
            raise ProgramExitError(end.code) from None
    finally:
        if os.getpid() != own_pid:
            # A child that the program forked and that came back here has nothing to answer.
            os._exit(0)


def _failed(error: Exception, request: ProgramRequest) -> Any:
    """Say why; `bail` tells the engine that it was said."""
    # These two are the program's own, deliberate end: a sentence is all the user needs.
    deliberate = isinstance(error, pulumi.RunError | ProgramExitError)
    pulumi.log.error(str(error) if deliberate else failure_text(error, root=request.root_directory))
    return language_pb2.RunResponse(bail=True)
