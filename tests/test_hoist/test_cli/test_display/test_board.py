"""What is known of an operation while it runs."""

from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.display.board import Board, RowStatus
from hoist.operation_events import OperationEvent, OperationName, Outcome, Severity
from shown_operations import BUCKET, ORDERS, PICTURES, QUEUE, SHELF, STACK_URN, Narrator, urn


def board_of(*events: OperationEvent) -> Board:
    board = Board()
    for event in events:
        board.apply(event)
    return board


def test_progress_is_an_estimate_where_the_total_is_one() -> None:
    """The number of resources in the state is what an update is expected to look at."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP, resources=3),
        tell.step(PICTURES, "create"),
        tell.done(PICTURES, "create"),
    )

    assert board.progress == "[1/~3]"


def test_progress_without_a_known_total_is_a_count() -> None:
    """Nothing is known of how many resources a first update will make."""
    tell = Narrator()

    board = board_of(tell.begins(OperationName.UP), tell.done(PICTURES, "create"))

    assert board.progress == "[1]"


def test_a_total_that_is_passed_grows() -> None:
    """The total is never smaller than the resources that came up."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP, resources=1),
        tell.done(PICTURES, "create"),
        tell.done(ORDERS, "create"),
    )

    assert board.progress == "[2/~2]"


def test_a_replacement_is_one_resource_and_one_operation() -> None:
    """Its three steps count once and come to a replacement."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.DESTROY, resources=1, exact=True),
        *(tell.step(PICTURES, "create-replacement"), tell.done(PICTURES, "create-replacement")),
        *(tell.step(PICTURES, "replace"), tell.done(PICTURES, "replace")),
        *(tell.step(PICTURES, "delete-replaced"), tell.done(PICTURES, "delete-replaced")),
    )

    assert board.progress == "[1/1]"
    assert board.rows[PICTURES].settled_operation == "replace"


def test_the_delete_that_an_earlier_replacement_left_is_no_replacement() -> None:
    """A replaced original that is deleted by a later update is only deleted."""
    tell = Narrator()

    board = board_of(tell.done(PICTURES, "delete-replaced"))

    assert board.rows[PICTURES].settled_operation == "delete-replaced"


def test_stack_and_components_are_not_in_flight() -> None:
    """Only what is itself worked on is in flight, not what waits for its children."""
    tell = Narrator()

    board = board_of(
        tell.step(STACK_URN, "create"),
        tell.step(urn(SHELF, "s"), "create"),
        tell.step(PICTURES, "create", parent=urn(SHELF, "s")),
    )

    assert [row.urn for row in board.in_flight] == [PICTURES]


def test_a_component_that_never_reports_is_done_when_all_is() -> None:
    """A component that registers no outputs has no last event of its own."""
    tell = Narrator()

    board = board_of(tell.step(urn(SHELF, "s"), "create"), tell.ends(Outcome.SUCCEEDED))

    assert board.rows[urn(SHELF, "s")].status is RowStatus.DONE


def test_what_is_under_way_at_a_failure_is_not_called_done() -> None:
    """A step that the end overtook is left, neither done nor failed."""
    tell = Narrator()

    board = board_of(tell.step(PICTURES, "create"), tell.ends(Outcome.CANCELLED))

    assert board.rows[PICTURES].status is RowStatus.LEFT


def test_an_error_before_any_step_makes_a_row() -> None:
    """A resource whose inputs were refused is shown though no step of it began."""
    tell = Narrator()

    board = board_of(tell.says(Severity.ERROR, "\nno such input\nmore", urn=ORDERS))

    row = board.rows[ORDERS]
    assert (row.resource_type, row.status, row.error) == (QUEUE, RowStatus.FAILED, "no such input")


def test_a_replaced_row_keeps_its_first_start() -> None:
    """How long a resource took is from its first step to its last."""
    tell = Narrator()

    board = board_of(
        tell.step(PICTURES, "create-replacement"),
        tell.done(PICTURES, "create-replacement", after=2),
        tell.step(PICTURES, "delete-replaced"),
        tell.done(PICTURES, "delete-replaced", after=3),
    )

    assert board.rows[PICTURES].seconds(tell.clock.now()) == 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["step", "done", "failed"]),
            st.sampled_from([PICTURES, ORDERS, STACK_URN]),
            st.sampled_from(["create", "same", "replace", "delete-replaced", "unheard-of"]),
        )
    )
)
def test_any_order_of_events_adds_up(steps: list[tuple[str, str, str]]) -> None:
    """Whatever order events come in, every row counts at most once and never more than all."""
    tell = Narrator()
    board = board_of(tell.begins(OperationName.UP, resources=1))

    for kind, resource, operation in steps:
        board.apply(getattr(tell, kind)(resource, operation))

    done, total = board.progress.strip("[]").split("/~")
    assert int(done) <= len(board.rows) <= int(total)
    assert {row.urn for row in board.in_flight} <= board.rows.keys()


def test_bucket_type_is_known() -> None:
    """A row has its resource's type as the engine gives it."""
    tell = Narrator()

    assert board_of(tell.step(PICTURES, "create")).rows[PICTURES].resource_type == BUCKET


def test_another_slice_goes_on_with_the_same_board() -> None:
    """Rows, count, total and the time since the beginning are those of the whole run."""
    tell = Narrator()
    board = board_of(
        tell.begins(OperationName.DESTROY, resources=3, exact=True),
        tell.step(PICTURES, "delete"),
        tell.done(PICTURES, "delete", after=10),
    )

    board.apply(tell.begins(OperationName.DESTROY, number=4, resources=2, exact=True))
    board.apply(tell.done(ORDERS, "delete", after=5))

    assert board.progress == "[2/3]"
    assert list(board.rows) == [PICTURES, ORDERS]
    assert board.seconds(tell.clock.now()) == 15
    assert board.started
    assert board.started.number == 4


def test_a_total_grows_with_what_a_slice_has_made() -> None:
    """The next slice expects more, since the state has more."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP),
        tell.done(PICTURES, "create"),
        tell.begins(OperationName.UP, resources=4),
    )

    assert board.progress == "[1/~4]"


def test_what_an_earlier_slice_made_stays_made() -> None:
    """For the next slice it is unchanged; for the run it was created."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP),
        *(tell.step(PICTURES, "create"), tell.done(PICTURES, "create", after=2)),
        tell.begins(OperationName.UP, resources=1),
        *(tell.step(PICTURES, "same"), tell.done(PICTURES, "same", after=1)),
    )

    row = board.rows[PICTURES]
    assert (row.settled_operation, row.status, row.is_unchanged) == (
        "create",
        RowStatus.DONE,
        False,
    )
    assert row.seconds(tell.clock.now()) == 2


def test_a_create_whose_end_was_never_told_was_a_create_all_the_same() -> None:
    """Its worker died after it was done: the next slice finds it as it should be."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP),
        tell.step(PICTURES, "create"),
        tell.begins(OperationName.UP, resources=1),
    )
    assert board.rows[PICTURES].status is RowStatus.LEFT
    assert board.in_flight == []

    board.apply(tell.done(PICTURES, "same"))
    row = board.rows[PICTURES]
    assert (row.settled_operation, row.status) == ("create", RowStatus.DONE)


def test_a_step_that_is_done_again_is_under_way_again() -> None:
    """What an earlier slice had not finished is in flight when its steps come again."""
    tell = Narrator()

    board = board_of(
        tell.begins(OperationName.UP),
        tell.step(PICTURES, "update"),
        tell.begins(OperationName.UP, resources=1),
        tell.step(PICTURES, "update"),
    )

    assert [row.urn for row in board.in_flight] == [PICTURES]
