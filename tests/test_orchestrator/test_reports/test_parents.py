"""Whose child a resource is."""

from orchestrator.reports.parents import Parents

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
SHELF = "urn:pulumi:dev::shop::shop:index:Shelf::first"
BOOK = "urn:pulumi:dev::shop::shop:index:Shelf$aws:s3/bucket:Bucket::book"


def test_the_state_knows() -> None:
    """A resource that is in the state has the parent that it has there."""
    other = SHELF.replace("first", "second")
    state = [{"urn": STACK}, {"urn": SHELF, "parent": STACK}, {"urn": other, "parent": STACK}]
    parents = Parents([*state, {"urn": BOOK, "parent": other}])

    assert parents.parent_of(BOOK) == other


def test_a_new_resource_belongs_to_the_only_one_of_its_parents_type() -> None:
    """The URN has the parent's type; where one resource is of that type, it is the parent."""
    parents = Parents([])

    found = [parents.parent_of(urn) for urn in (STACK, SHELF, BOOK)]

    assert found == ["", STACK, SHELF]


def test_between_two_of_one_type_nothing_is_guessed() -> None:
    """Where two could be the parent, it is not known."""
    parents = Parents([])
    for urn in (STACK, SHELF, SHELF.replace("first", "second")):
        parents.parent_of(urn)

    assert parents.parent_of(BOOK) == ""


def test_what_is_no_urn_has_no_parent() -> None:
    """A name that is not a URN is left alone."""
    assert Parents([]).parent_of("something else") == ""
