"""Through the doors: from a wish to the engine's first event, and reads without an engine."""

import io

from aws_lambda_powertools.logging.logger import Logger

from bench.noop import PROGRAM
from bench.pairs import Contender, Goal, Row, compare, compare_figures
from bench.place import Place
from bench.sides import SideFailedError, TheirStack
from bench.worker_side import environment_of
from deployments import TestStack
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.credentials import BearerToken
from local.front.handler_invoker import HandlerInvoker
from local.front.server import FrontServer
from orchestrator.commands.server.api import StackApi
from orchestrator.engine.events import StepStarted
from orchestrator.engine.runner import OperationEvent
from orchestrator.http_api.door import Handler, make_app
from orchestrator.http_api.log import PowertoolsLog
from orchestrator.runs.states import RunKind
from orchestrator.settings import Settings
from orchestrator.wiring import AwsEstate
from running_hoist import RemoteStack

LOOK_SECONDS = 0.01


def rows(place: Place) -> list[Row]:
    """By API, front, queue and the deployed worker, all on this machine."""
    stack = place.hoist.stack(place.fresh_directory("doors"))
    stack.stack.write_program(PROGRAM)
    if stack.finished(stack.submit(RunKind.UP)).state != "succeeded":
        raise SideFailedError("the stack of the doors was not deployed")
    return [_first_event(place, stack), *_outputs(place, stack)]


def _first_event(place: Place, stack: RemoteStack) -> Row:
    """How much later the first step is seen than by who starts the engine themselves.

    Of our figure, all but the other side's share is that of the doors and the queue.
    """
    program = stack.upload()

    def through_the_doors() -> float:
        began = place.clock.monotonic()
        run = stack.submit(RunKind.UP, program=program)
        cursor, seen = "", False
        while not seen:
            page = stack.api.events(run.id, after=cursor)
            cursor = page.next
            seen = any(event["type"] == "step_started" for event in page.events)
            if not seen:
                place.clock.sleep(LOOK_SECONDS)
        seconds = place.clock.monotonic() - began
        stack.finished(run)
        return seconds

    return compare_figures(
        "submit to first step, through API, queue and worker / of the engine alone",
        ours=through_the_doors,
        theirs=lambda: _first_step(place, stack.stack),
        goal=None,
    )


def _first_step(place: Place, stack: TestStack) -> float:
    began = place.clock.monotonic()
    seen_at: list[float] = []

    def listen(event: OperationEvent) -> None:
        if isinstance(event, StepStarted):
            seen_at.append(place.clock.monotonic())

    stack.up(listener=listen)
    return seen_at[0] - began


def _outputs(place: Place, stack: RemoteStack) -> list[Row]:
    """With the handler behind the front in one process, and as a function of the local AWS.

    There, each invocation waits some 50 ms for what has nothing to do with us.
    """
    theirs = place.their_stack("doors-outputs", PROGRAM)
    theirs.up()
    with FrontServer(HandlerInvoker(_api(place))) as front:
        # The token is looked up with each request, as it is in the function.
        connection = ServerConnection(ServerAddress(front.url), BearerToken(place.hoist.token))
        near = StackApi(connection, stack.api.name)
        return [
            _reading(place, near, theirs, "front and handler", Goal(20, is_speed_up=True)),
            _reading(place, stack.api, theirs, "front and emulated Lambda", None),
        ]


def _api(place: Place) -> Handler:
    environment = {**environment_of(place.hoist, "apiFunction"), "AWS_REGION": "us-east-1"}
    settings = Settings.from_environment(environment)
    estate = AwsEstate(settings, clock=place.clock, aws=place.hoist.aws())
    return make_app(estate, log=PowertoolsLog(Logger(service="api", stream=io.StringIO())))


def _reading(
    place: Place, api: StackApi, theirs: TheirStack, through: str, goal: Goal | None
) -> Row:
    return compare(
        f"outputs over HTTP, {through} / `pulumi stack output`",
        ours=Contender(lambda: _read_outputs(api)),
        theirs=Contender(theirs.outputs),
        goal=goal,
        clock=place.clock,
        pairs=15,
    )


def _read_outputs(api: StackApi) -> None:
    if api.outputs(show_secrets=False).outputs["answer"].value != 42:
        raise SideFailedError("the outputs are not those of the program")
