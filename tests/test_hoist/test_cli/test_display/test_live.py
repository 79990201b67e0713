"""An operation on a terminal, as it looks at chosen moments."""

import textwrap

from hoist.cli.display.live import LiveDisplay
from hoist.operation_events import OperationEvent, OperationName, Outcome, Severity
from shown_operations import (
    ORDERS,
    PICTURES,
    STACK_URN,
    Narrator,
    text_console,
    written,
)


class Screen:
    """A live display, and a look at its picture of this moment."""

    def __init__(self, *, height: int = 24, width: int = 72, is_verbose: bool = False) -> None:
        self.tell = Narrator()
        self._width = width
        self.terminal = text_console(width=width, height=height, is_terminal=True)
        self.results = text_console(width=width)
        self.display = LiveDisplay(
            self.terminal, self.results, self.tell.clock, is_verbose=is_verbose
        )

    def show(self, *events: OperationEvent) -> None:
        for event in events:
            self.display.show(event)

    @property
    def picture(self) -> str:
        paper = text_console(width=self._width)
        paper.print(self.display.frame())
        return written(paper)


def golden(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_an_update_under_way() -> None:
    """Header, tree and the count of what does not change, at one moment of an update."""
    screen = Screen()
    tell = screen.tell
    screen.show(
        tell.begins(OperationName.UP, resources=4),
        tell.step(STACK_URN, "same"),
        tell.done("urn:pulumi:dev::shop::aws:sqs/queue:Queue::failed-orders", "same"),
        tell.step(ORDERS, "update"),
        tell.step(PICTURES, "create"),
        tell.done(ORDERS, "update", after=2),
    )
    tell.clock.advance(1.5)

    assert screen.picture == golden("""
        up shop/dev #3  [2/~4] · 1 in flight · 3.5 s
        = pulumi:pulumi:Stack shop-dev  checking
        ├─ ~ aws:sqs:Queue orders  updated (2.0 s)
        └─ + aws:s3:Bucket pictures  creating (3.5 s)
        1 unchanged
    """)


def test_the_picture_stands_when_it_is_over() -> None:
    """After its end the whole tree is left, with the times as they were at the end."""
    screen = Screen(height=3)
    tell = screen.tell
    screen.show(
        tell.begins(OperationName.DESTROY, resources=3, exact=True),
        tell.step(ORDERS, "delete"),
        tell.step(PICTURES, "delete"),
        tell.done(ORDERS, "delete", after=1),
        tell.done(PICTURES, "delete", after=1),
        tell.done(STACK_URN, "delete"),
        tell.ends(Outcome.SUCCEEDED, OperationName.DESTROY, seconds=2.0, changes={"delete": 3}),
    )
    tell.clock.advance(100)

    assert screen.picture == golden("""
        destroy shop/dev #3  [3/3] · 2.0 s
        - pulumi:pulumi:Stack shop-dev  deleted
        ├─ - aws:sqs:Queue orders  deleted (1.0 s)
        └─ - aws:s3:Bucket pictures  deleted (2.0 s)
    """)
    assert written(screen.results) == "destroy shop/dev succeeded in 2.0 s: 3 deleted\n"


def test_a_failure_is_on_its_line() -> None:
    """A failed resource has its error's first line beside it."""
    screen = Screen()
    tell = screen.tell
    screen.show(
        tell.begins(OperationName.UP),
        tell.step(STACK_URN, "create"),
        tell.step(PICTURES, "create"),
        tell.says(Severity.ERROR, "the name is taken\nby somebody else", urn=PICTURES),
        tell.failed(PICTURES, "create", after=0.5),
    )

    assert "! aws:s3:Bucket pictures  creating failed (0.5 s): the name is taken" in screen.picture


def test_lines_are_cut_to_the_width_of_the_screen() -> None:
    """A line that is too long ends in dots, and takes one line all the same."""
    screen = Screen(width=30)
    screen.show(screen.tell.begins(OperationName.UP), screen.tell.step(PICTURES, "create"))

    assert [len(line) <= 30 for line in screen.picture.splitlines()] == [True, True]
    assert screen.picture.splitlines()[1].endswith("…")


def test_a_preview_leaves_its_plan_alone() -> None:
    """The tree of a preview goes when its result, the plan, is there."""
    screen = Screen()
    tell = screen.tell
    screen.show(
        tell.begins(OperationName.PREVIEW, number=0),
        tell.step(PICTURES, "create"),
        tell.done(PICTURES, "create"),
    )
    before = screen.picture
    screen.show(tell.ends(Outcome.SUCCEEDED, OperationName.PREVIEW))

    assert "+ aws:s3:Bucket pictures  create" in before
    assert screen.picture.strip() == ""


def test_what_is_said_scrolls_by_above_the_tree() -> None:
    """Warnings stay on the terminal, and the tree is drawn below them once more."""
    screen = Screen()
    tell = screen.tell

    with screen.display:
        screen.show(
            tell.begins(OperationName.UP),
            tell.says(Severity.WARNING, "careful"),
            tell.done(PICTURES, "create"),
            tell.ends(Outcome.SUCCEEDED),
        )

    on_terminal = written(screen.terminal)
    assert "warning: careful" in on_terminal
    assert on_terminal.rindex("pictures  created") > on_terminal.rindex("warning: careful")


def test_a_run_that_waits_is_the_header() -> None:
    """Before anything has begun there is one line, and it says where the run is."""
    screen = Screen()
    screen.show(screen.tell.moves("queued", position=1))
    screen.tell.clock.advance(3)

    assert screen.picture == "run run-1 is queued, 1 ahead of it (3.0 s)\n"


def test_between_two_slices_the_header_says_so() -> None:
    """The tree stays, and the header tells where the run is."""
    screen = Screen(width=90)
    tell = screen.tell
    screen.show(
        tell.begins(OperationName.UP, resources=2),
        tell.done(PICTURES, "create", after=2),
        tell.moves("interrupted"),
    )
    tell.clock.advance(5)

    header = screen.picture.splitlines()[0]
    assert header == "up shop/dev #3  [1/~2] · run run-1 is interrupted (5.0 s) · 7.0 s"


def test_a_question_has_the_screen_to_itself() -> None:
    """While it is paused the picture is gone; afterwards it is there again."""
    screen = Screen()
    with screen.display:
        screen.show(screen.tell.begins(OperationName.UP))
        with screen.display.paused():
            screen.terminal.print("really?")
        screen.display.say("[so] be it")
        screen.show(screen.tell.ends(Outcome.SUCCEEDED))

    shown = written(screen.terminal)
    assert shown.index("really?") < shown.rindex("up shop/dev")
    assert "[so] be it" in shown
