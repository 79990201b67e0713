"""An operation in a log."""

from hoist.cli.display.plain import PlainDisplay
from hoist.operation_events import (
    OperationEvent,
    OperationName,
    Outcome,
    ProgramOutput,
    PropertyChange,
    Severity,
    StopRequested,
)
from shown_operations import ORDERS, PICTURES, STACK_URN, Narrator, text_console, written


class Log:
    """A plain display on two consoles in memory."""

    def __init__(self, *, is_verbose: bool = False) -> None:
        self.tell = Narrator()
        self._lines, self._results = text_console(), text_console()
        self.display = PlainDisplay(
            self._lines, self._results, self.tell.clock, is_verbose=is_verbose
        )

    def show(self, *events: OperationEvent) -> None:
        for event in events:
            self.display.show(event)

    @property
    def lines(self) -> list[str]:
        return written(self._lines).splitlines()

    @property
    def result(self) -> str:
        return written(self._results)


def test_a_line_per_change() -> None:
    """Each change is a line when it is done; what does not change is none."""
    log, change = Log(), PropertyChange("tags.shop", "update", "a", "b")
    tell = log.tell
    log.show(
        tell.begins(OperationName.UP, resources=3),
        tell.step(STACK_URN, "same"),
        tell.step(PICTURES, "update", changes=(change,)),
        tell.step(ORDERS, "same"),
        tell.done(ORDERS, "same"),
        tell.done(PICTURES, "update", after=2.5, changes=(change,)),
        tell.done(STACK_URN, "same"),
    )

    assert log.lines == [
        "up shop/dev #3 ...",
        "[2/~3] updated aws:s3:Bucket pictures: tags.shop (2.5 s)",
    ]


def test_verbose_tells_the_unchanged_too() -> None:
    """With `--verbose` each resource has its line."""
    log = Log(is_verbose=True)
    log.show(log.tell.begins(OperationName.UP), log.tell.done(ORDERS, "same"))

    assert log.lines[-1] == "[1] unchanged aws:sqs:Queue orders (0.0 s)"


def test_a_replacement_is_told_by_its_two_halves() -> None:
    """Creating the new one and deleting the old one are each a line."""
    log, tell = Log(), Narrator()
    log.show(
        tell.begins(OperationName.UP, resources=1),
        tell.step(PICTURES, "create-replacement"),
        tell.done(PICTURES, "create-replacement"),
        tell.step(PICTURES, "replace"),
        tell.done(PICTURES, "replace"),
        tell.step(PICTURES, "delete-replaced"),
        tell.done(PICTURES, "delete-replaced"),
    )

    assert log.lines[1:] == [
        "[1/~1] created replacement aws:s3:Bucket pictures (0.0 s)",
        "[1/~1] deleted original aws:s3:Bucket pictures (0.0 s)",
    ]


def test_what_is_said_is_told_in_full_but_errors_only_by_their_first_line() -> None:
    """An error is in full in the result, so that it is told once."""
    log, tell = Log(), Narrator()
    log.show(
        tell.begins(OperationName.UP),
        ProgramOutput(at=tell.clock.now(), line="[bold]hello[/bold]"),
        tell.says(Severity.WARNING, "careful:\nit is hot"),
        tell.says(Severity.ERROR, "no such bucket\nrequest id 7", urn=PICTURES),
        tell.failed(PICTURES, "create"),
    )

    assert log.lines[1:] == [
        "| [bold]hello[/bold]",
        "warning: careful:",
        "it is hot",
        "error aws:s3:Bucket pictures: no such bucket",
        "[1] creating failed aws:s3:Bucket pictures (0.0 s)",
    ]


def test_a_heartbeat_tells_what_is_in_flight_after_half_a_minute_of_silence() -> None:
    """Nothing is said before its time, and then what has been waited for longest."""
    log = Log()
    tell, clock = log.tell, log.tell.clock
    log.show(tell.begins(OperationName.UP, resources=2), tell.step(PICTURES, "create"))
    clock.advance(10)
    log.show(tell.step(ORDERS, "create"))

    clock.advance(19)
    log.display.beat()
    before = len(log.lines)
    clock.advance(1)
    log.display.beat()
    log.display.beat()

    assert before == 1
    assert log.lines[1:] == [
        "[0/~2] 30.0 s, in flight: creating aws:s3:Bucket pictures (30.0 s), "
        "creating aws:sqs:Queue orders (20.0 s)"
    ]


def test_a_line_puts_the_heartbeat_off() -> None:
    """A log that says something else needs no heartbeat."""
    log = Log()
    tell, clock = log.tell, log.tell.clock
    log.show(tell.begins(OperationName.UP), tell.step(PICTURES, "create"))
    log.show(tell.done(PICTURES, "create", after=29))

    clock.advance(29)
    log.display.beat()

    assert len(log.lines) == 2


def test_a_preview_tells_its_plan_at_the_end_only() -> None:
    """Steps of a preview have not happened, so they are no lines of a log."""
    log, tell = Log(), Narrator()
    log.show(
        tell.begins(OperationName.PREVIEW, number=0),
        tell.step(PICTURES, "create"),
        tell.done(PICTURES, "create"),
        tell.ends(Outcome.SUCCEEDED, OperationName.PREVIEW, changes={"create": 1}),
    )

    assert log.lines == ["preview shop/dev ..."]
    assert log.result.startswith("+ create aws:s3:Bucket pictures\n")


def test_a_wish_to_stop_is_answered_at_once() -> None:
    """Who wants it to stop learns what happens to what is in flight."""
    log, tell = Log(), Narrator()
    log.show(
        StopRequested(at=tell.clock.now(), is_urgent=False),
        StopRequested(at=tell.clock.now(), is_urgent=True),
    )

    assert "nothing new is begun" in log.lines[0]
    assert log.lines[1].startswith("Stopping at once")


def test_long_lines_are_not_broken() -> None:
    """A log's line is as long as what it tells, whatever the width of a screen."""
    log = Log()
    log.show(log.tell.says(Severity.INFO, "word " * 100))

    assert len(log.lines) == 1


def test_entering_and_leaving_ends_the_heartbeat() -> None:
    """The thread that beats is over when the display is left."""
    log = Log()

    with log.display as display:
        display.show(log.tell.begins(OperationName.UP))

    assert log.lines == ["up shop/dev #3 ..."]


def test_a_run_that_waits_is_told_with_its_place() -> None:
    """Where the run is, is a line; and a heartbeat says since when."""
    log = Log()
    log.show(log.tell.moves("queued", position=2))
    log.tell.clock.advance(31)
    log.display.beat()

    assert log.lines == [
        "run run-1 is queued, 2 ahead of it",
        "[0] 0.0 s, run run-1 is queued, 2 ahead of it (31.0 s)",
    ]


def test_a_run_between_two_slices_is_told_with_its_reason() -> None:
    """A heartbeat in between says where the run is, not what was in flight before."""
    log = Log()
    tell = log.tell
    log.show(
        tell.moves("running"),
        tell.begins(OperationName.UP, resources=2),
        tell.done(PICTURES, "create"),
        tell.moves("interrupted", reason="slice 1 reached its deadline, 1 resources finished"),
    )
    tell.clock.advance(40)
    log.display.beat()

    assert log.lines[0] == "run run-1 is running"
    assert log.lines[-2:] == [
        "run run-1 is interrupted: slice 1 reached its deadline, 1 resources finished",
        "[1/~2] 40.0 s, run run-1 is interrupted (40.0 s)",
    ]


def test_how_a_run_ended_is_told_by_its_result_alone() -> None:
    """A line of its own would only repeat it."""
    log = Log()
    log.show(log.tell.moves("succeeded"), log.tell.moves("dead", reason="3 crashes"))

    assert log.lines == []


def test_what_the_command_says_itself_is_a_line() -> None:
    """It is on standard error, and counts as a sign of life."""
    log = Log()
    log.tell.clock.advance(40)
    log.display.say("no answer [yet]")
    log.display.beat()

    assert log.lines == ["no answer [yet]"]
