"""The tree of resources, as it is cut to a screen."""

from hoist.cli.display.board import Board
from hoist.cli.display.tree import TreeView, ordered_rows, tree_lines
from hoist.operation_events import OperationName, PropertyChange, Severity
from shown_operations import BUCKET, ORDERS, PICTURES, SHELF, STACK_URN, Narrator, urn

FIRST_SHELF = urn(SHELF, "first")


def lines_of(board: Board, tell: Narrator, view: TreeView | None = None) -> list[str]:
    return [line.plain for line in tree_lines(board, view or TreeView(), now=tell.clock.now())]


def small_stack(tell: Narrator) -> Board:
    board = Board()
    inner = urn(f"{SHELF}${BUCKET}", "inner")
    change = PropertyChange("tags.shop", "update", "a", "b")
    for event in (
        tell.begins(OperationName.UP),
        tell.step(STACK_URN, "same"),
        tell.step(FIRST_SHELF, "same"),
        tell.step(inner, "create", parent=FIRST_SHELF),
        tell.step(PICTURES, "update", changes=(change,)),
        tell.done(inner, "create", parent=FIRST_SHELF, after=1.25),
        tell.done(FIRST_SHELF, "same"),
        tell.step(ORDERS, "same"),
        tell.done(ORDERS, "same"),
    ):
        board.apply(event)
    return board


def test_children_are_below_their_parents() -> None:
    """Each resource is a line below its parent; what does not change is left out."""
    tell = Narrator()

    lines = lines_of(small_stack(tell), tell)

    assert lines == [
        "= pulumi:pulumi:Stack shop-dev  checking",
        "├─ = shop:index:Shelf first  unchanged",
        "│  └─ + aws:s3:Bucket inner  created (1.2 s)",
        "└─ ~ aws:s3:Bucket pictures  updating (1.2 s)  tags.shop",
    ]


def test_verbose_shows_the_unchanged_too() -> None:
    """With `--verbose` nothing is left out."""
    tell = Narrator()

    lines = lines_of(small_stack(tell), tell, TreeView(is_verbose=True))

    assert lines[-1] == "└─ = aws:sqs:Queue orders  unchanged"


def test_what_failed_and_what_is_under_way_stays_on_a_small_screen() -> None:
    """Where the rows do not fit, those that ended first are folded into a count."""
    tell = Narrator()
    board = Board()
    board.apply(tell.step(STACK_URN, "create"))
    for number in range(20):
        board.apply(tell.step(urn(BUCKET, f"b{number}"), "create"))
    for number in range(1, 19):
        board.apply(tell.done(urn(BUCKET, f"b{number}"), "create", after=1))
    board.apply(tell.failed(urn(BUCKET, "b19"), "create"))
    board.apply(tell.says(Severity.ERROR, "the name is taken", urn=urn(BUCKET, "b19")))

    lines = lines_of(board, tell, TreeView(max_lines=6))

    assert lines == [
        "+ pulumi:pulumi:Stack shop-dev  creating",
        "├─ + aws:s3:Bucket b0  creating (18.0 s)",
        "├─ + aws:s3:Bucket b17  created (17.0 s)",
        "├─ + aws:s3:Bucket b18  created (18.0 s)",
        "└─ ! aws:s3:Bucket b19  creating failed (18.0 s): the name is taken",
        "… and 16 more",
    ]


def test_a_resource_of_unknown_parent_is_below_the_stack() -> None:
    """What nobody knows the parent of is not lost."""
    tell = Narrator()
    board = Board()
    board.apply(tell.step(PICTURES, "create", parent=""))
    board.apply(tell.step(STACK_URN, "create"))

    assert lines_of(board, tell) == [
        "+ pulumi:pulumi:Stack shop-dev  creating",
        "└─ + aws:s3:Bucket pictures  creating",
    ]


def test_without_a_stack_all_rows_are_roots() -> None:
    """A destroy begins with the leaves, long before the stack itself."""
    tell = Narrator()
    board = Board()
    board.apply(tell.step(PICTURES, "delete"))
    board.apply(tell.step(ORDERS, "delete"))

    assert [row.urn for row in ordered_rows(board)] == [PICTURES, ORDERS]
