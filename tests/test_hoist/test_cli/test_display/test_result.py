"""The last block of an operation."""

import textwrap

from hoist.cli.display.board import Board
from hoist.cli.display.result import MAX_OUTPUTS, result_block
from hoist.operation_events import (
    Failure,
    NextCommand,
    OperationEvent,
    OperationName,
    Outcome,
    Output,
    PendingCreate,
    PropertyChange,
)
from shown_operations import ORDERS, PICTURES, STACK_URN, Narrator

TELL = Narrator()


def block(*events: OperationEvent) -> str:
    """The block after the last of the events, which is the end."""
    board = Board()
    for event in events:
        board.apply(event)
    assert board.ended is not None
    return result_block(board.ended, board).plain


def golden(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_success_with_outputs() -> None:
    """Outcome, changes, outputs with secrets hidden, and the next command."""
    ended = TELL.ends(
        Outcome.SUCCEEDED,
        number=3,
        seconds=75.2,
        changes={"same": 5, "update": 1},
        outputs={
            "ordersUrl": Output("http://127.0.0.1/orders", is_secret=False),
            "callback": Output("[secret]", is_secret=True),
            "sizes": Output({"small": 1}, is_secret=False),
        },
        next_commands=(NextCommand("hoist outputs", "read them again"),),
    )

    assert block(ended) == golden("""
        up shop/dev #3 succeeded in 1 min 15 s: 1 updated, 5 unchanged

        outputs
          ordersUrl  http://127.0.0.1/orders
          callback   [secret]
          sizes      {"small": 1}

        next
          hoist outputs  # read them again
    """)


def test_failures_have_their_errors_in_full() -> None:
    """Each failed resource has its whole error below it; what is about none comes last."""
    ended = TELL.ends(
        Outcome.FAILED,
        number=4,
        seconds=3.0,
        changes={"create": 1},
        failures=(
            Failure(PICTURES, "aws:s3/bucket:Bucket", "create", "the name is taken\nby another"),
            Failure(ORDERS, "aws:sqs/queue:Queue", "", "no such input"),
            Failure("", "", "", "Traceback:\n  ValueError: boom"),
        ),
    )

    assert block(ended) == golden("""
        up shop/dev #4 failed after 3.0 s: 1 created

        creating aws:s3:Bucket pictures failed
          the name is taken
          by another
        aws:sqs:Queue orders was refused
          no such input
        error
          Traceback:
            ValueError: boom
    """)


def test_pending_creates_have_their_urns_and_commands() -> None:
    """Who has to settle creates sees their URNs whole, to be copied, and by what commands."""
    ended = TELL.ends(
        Outcome.CANCELLED,
        seconds=1.0,
        reason="the engine ended without completing it",
        pending_creates=(PendingCreate(PICTURES, "aws:s3/bucket:Bucket"),),
        next_commands=(NextCommand("hoist refresh --clear-pending-creates", "it is not there"),),
    )

    assert block(ended) == golden(f"""
        up shop/dev stopped after 1.0 s
          the engine ended without completing it

        pending creates: nobody knows whether they reached the cloud
          {PICTURES}

        next
          hoist refresh --clear-pending-creates  # it is not there
    """)


def test_a_preview_shows_each_change_property_by_property() -> None:
    """Old and new value of each property, additions and removals, and what makes it replace."""
    changes = (
        PropertyChange("tags.new", "add", "", "x"),
        PropertyChange("tags.old", "delete", "y", ""),
        PropertyChange("delaySeconds", "update", "30", "45"),
        PropertyChange("name", "update-replace", "a", "b"),
        PropertyChange("policy", "update", "[secret]", "[secret]"),
    )
    board_events = (
        TELL.begins(OperationName.PREVIEW, number=0),
        TELL.done(STACK_URN, "same"),
        TELL.done(PICTURES, "create"),
        TELL.done(ORDERS, "create-replacement", changes=changes),
        TELL.done(ORDERS, "replace", changes=changes),
        TELL.ends(
            Outcome.SUCCEEDED,
            OperationName.PREVIEW,
            seconds=0.5,
            changes={"create": 1, "replace": 1, "same": 1},
        ),
    )

    assert block(*board_events) == golden("""
        + create aws:s3:Bucket pictures
        ± replace aws:sqs:Queue orders
            + tags.new: x
            - tags.old: y
            ~ delaySeconds: 30 -> 45
            ~ name: a -> b  (replaces it)
            ~ policy: [secret] -> [secret]

        preview shop/dev succeeded in 0.5 s: 1 to create, 1 to replace, 1 unchanged
    """)


def test_long_values_are_cut() -> None:
    """A value of many lines takes one, cut to what a screen bears."""
    change = PropertyChange("policy", "update", "", "line\n" * 200)

    text = block(
        TELL.begins(OperationName.PREVIEW),
        TELL.done(PICTURES, "update", changes=(change,)),
        TELL.ends(Outcome.SUCCEEDED, OperationName.PREVIEW),
    )

    line = text.splitlines()[1]
    assert line.startswith('    ~ policy: "" -> line line')
    assert line.endswith("…")
    assert len(line) < 150


def test_many_outputs_do_not_push_the_outcome_away() -> None:
    """Outputs beyond a screenful are a count."""
    outputs = {
        f"o{number:02}": Output(number, is_secret=False) for number in range(MAX_OUTPUTS + 7)
    }

    text = block(TELL.ends(Outcome.SUCCEEDED, outputs=outputs))

    assert text.endswith("  o19  19\n  … and 7 more")


def test_markup_in_values_is_no_markup() -> None:
    """Square brackets that a stack exports are shown as they are."""
    text = block(TELL.ends(Outcome.SUCCEEDED, outputs={"a": Output("[red]x[/red]", False)}))

    assert "[red]x[/red]" in text
