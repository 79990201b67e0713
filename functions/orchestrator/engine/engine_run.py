"""One engine process with all that it needs around it, in the directory of its run."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoist.clock import Clock
from orchestrator.engine.child import Cancel, ChildResult, run_child
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operations import Operation, command_line, language_environment
from orchestrator.engine.programs.archive import VENDOR_FOLDER, ProgramArchive
from orchestrator.engine.programs.project import read_project
from orchestrator.engine.programs.unpack import unpack_archive
from orchestrator.engine.room import EngineRoom
from orchestrator.engine.run_directory import (
    RunDirectory,
    engine_environment,
    program_environment,
    write_aws_credentials,
    write_bare_project,
    write_login,
    write_stack_settings,
)
from orchestrator.engine.supervised import ChildCommand
from orchestrator.engine.watching import Watch
from orchestrator.state.holders import this_process
from orchestrator.state.ids import new_token
from orchestrator.state.loopback import LoopbackServer, serve_loopback
from orchestrator.state.protocol.access import SingleStackAccess
from orchestrator.state.protocol.app import App
from orchestrator.state.records import StackRecord
from orchestrator.state.service import StateService


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRun:
    """One operation about to be carried out. `program` is None where none is needed."""

    room: EngineRoom
    service: StateService
    zygote: Zygote
    clock: Clock
    operation: Operation
    stack: StackRecord
    program: ProgramArchive | None
    directory: RunDirectory
    watch: Watch

    def carry_out(self, *, deadline: Deadline | None, cancel: Cancel | None) -> ChildResult:
        """Run the engine to its end; no process and no server of it is left then."""
        program = self._lay_out()
        with ExitStack() as surroundings:
            server = surroundings.enter_context(self._state_service())
            host = ""
            if self.operation.kind.needs_language_host:
                host = surroundings.enter_context(self._program_host(program))
            line = command_line(self.room.engine, self.operation, language_host=host)
            environment = self._environment(server, language_host=host)
            return run_child(
                ChildCommand(tuple(line), environment, self.directory.program),
                deadline=deadline,
                cancel=cancel,
                on_stdout_line=self.watch.engine_wrote,
                on_stderr_line=self.watch.engine_complained,
                redactor=self.watch.redactor,
                clock=self.clock,
            )

    def _lay_out(self) -> Path:
        """Program, settings and credentials into the run's directory; returns the program's own."""
        main = "."
        if self.program is None:
            write_bare_project(self.directory, self.stack.name)
        else:
            destination = self.directory.program
            unpack_archive(self.program.body, destination, expected_digest=self.program.digest)
            main = read_project(destination).main
        write_stack_settings(self.directory, self.stack)
        write_aws_credentials(self.directory, self.room.credentials)
        return self.directory.program / main

    @contextmanager
    def _state_service(self) -> Iterator[LoopbackServer]:
        token = new_token()
        access = SingleStackAccess(token, self.stack.name, self.room.referable_stacks)
        app = App(self.service, access, holder=this_process(), observer=self.watch)
        with serve_loopback(app) as server:
            write_login(self.directory, server.url, token, now=self.clock.now())
            yield server

    @contextmanager
    def _program_host(self, program: Path) -> Iterator[str]:
        request = ProgramRequest(
            program=program,
            root_directory=self.directory.program,
            import_paths=(self.directory.program / VENDOR_FOLDER,),
            environment=program_environment(self.directory, aws=self.room.aws_environment),
        )
        with serve_program(
            self.zygote,
            request,
            on_output=self.watch.program_wrote,
            redactor=self.watch.redactor,
        ) as address:
            yield address

    def _environment(self, server: LoopbackServer, *, language_host: str) -> dict[str, str]:
        aws = self.room.aws_environment
        return {
            **self.operation.extra_environment,
            **engine_environment(self.directory, backend_url=server.url, aws=aws),
            **language_environment(self.operation, language_host=language_host),
        }
