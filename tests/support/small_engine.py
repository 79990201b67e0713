"""As much of an engine as a program needs to run: a monitor that says yes, and a log."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    resource_pb2,
    resource_pb2_grpc,
)

from engine_children import eventually
from orchestrator.engine.host.language_host import SERVICE, serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.redaction import Redactor

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
RUN_TIMEOUT_SECONDS = 60.0
SERVER_THREADS = 4


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Registers every resource at once."""

    def __init__(self) -> None:
        self.registered: list[str] = []
        self.outputs: dict[str, Any] = {}

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=False)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.registered.append(request.name)
        urn = f"urn:pulumi:dev::small::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="1", object=request.object)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.outputs.update(dict(request.outputs))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


class EngineLog(engine_pb2_grpc.EngineServicer):
    """Keeps what a program reports as errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        return empty_pb2.Empty()


@dataclass(slots=True)
class Ran:
    """How a program ran."""

    response: Any = None
    refusal: str = ""
    """What the host told the engine instead of a response."""
    errors: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def went_well(self) -> bool:
        return self.response is not None and not (self.response.error or self.response.bail)


@dataclass(frozen=True, slots=True)
class SmallEngine:
    """Runs programs through the real program host, one after the other."""

    zygote: Zygote
    server_address: str
    monitor: Monitor
    log: EngineLog

    def run(
        self,
        program: Path,
        *,
        root: Path | None = None,
        packages: Path | None = None,
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] = ENVIRONMENT,
        secrets: Redactor = Redactor(()),  # noqa: B008 - immutable
        meanwhile: Callable[[Ran], None] | None = None,
    ) -> Ran:
        """Run a program to its end; `meanwhile` is called while it runs."""
        self.monitor.registered, self.monitor.outputs, self.log.errors = [], {}, []
        ran = Ran()
        request = ProgramRequest(
            program, root or program, (packages,) if packages else (), environment
        )
        with serve_program(
            self.zygote, request, on_output=ran.lines.append, redactor=secrets
        ) as address:
            self._ask(address, config or {}, ran, meanwhile)
        ran.errors, ran.registered = list(self.log.errors), list(self.monitor.registered)
        ran.outputs = dict(self.monitor.outputs)
        return ran

    def run_and_hang_up(self, program: Path, *, when: Callable[[Ran], bool]) -> Ran:
        """Run a program and be gone in the middle of it, as an engine that was killed."""
        ran = Ran()
        request = ProgramRequest(program, program, (), ENVIRONMENT)
        with (
            serve_program(self.zygote, request, on_output=ran.lines.append) as address,
            grpc.insecure_channel(address) as channel,
        ):
            asked = _run_call(channel, self._run_request({}))
            assert eventually(lambda: when(ran))
            asked.cancel()
        return ran

    def _run_request(self, config: Mapping[str, str]) -> Any:
        return language_pb2.RunRequest(
            project="small",
            stack="dev",
            args=[self.server_address],
            monitor_address=self.server_address,
            config=config,
            parallel=4,
        )

    def _ask(
        self,
        address: str,
        config: Mapping[str, str],
        ran: Ran,
        meanwhile: Callable[[Ran], None] | None,
    ) -> None:
        with grpc.insecure_channel(address) as channel:
            asked = _run_call(channel, self._run_request(config))
            if meanwhile:
                meanwhile(ran)
            try:
                ran.response = asked.result()
            except grpc.RpcError as error:
                ran.refusal = str(error.details())


def _run_call(channel: grpc.Channel, request: Any) -> Any:
    run = channel.unary_unary(
        f"/{SERVICE}/Run",
        request_serializer=language_pb2.RunRequest.SerializeToString,
        response_deserializer=language_pb2.RunResponse.FromString,
    )
    return run.future(request, timeout=RUN_TIMEOUT_SECONDS)


@contextmanager
def serving_small_engine(zygote: Zygote) -> Iterator[SmallEngine]:
    """An engine until the block ends."""
    threads = ThreadPoolExecutor(SERVER_THREADS)
    server = grpc.server(threads, options=(("grpc.so_reuseport", 0),))
    monitor, log = Monitor(), EngineLog()
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(log, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield SmallEngine(zygote, address, monitor, log)
    finally:
        server.stop(None).wait()
        threads.shutdown()
