"""Step operations in words."""

import pytest

from hoist.cli.display.words import counted, name_in, short_type, type_in, words_of
from hoist.operation_events import OperationName


def test_counts_are_told_in_words_with_the_unchanged_last() -> None:
    """The numbers of changes read as a part of a sentence."""
    changes = {"same": 5, "create": 2, "delete": 0, "update": 1}

    told = counted(changes, within=OperationName.UP)

    assert told == "2 created, 1 updated, 5 unchanged"


def test_a_preview_tells_what_is_to_be_done() -> None:
    """In a preview nothing has been created yet."""
    told = counted({"create": 1, "same": 2}, within=OperationName.PREVIEW)

    assert told == "1 to create, 2 unchanged"


def test_a_refresh_changes_nothing() -> None:
    """What a refresh finds has drifted or is gone; the refresh did not do it."""
    told = counted({"update": 1, "delete": 1}, within=OperationName.REFRESH)

    assert told == "1 drifted, 1 gone"


def test_an_unknown_operation_keeps_the_engines_word() -> None:
    """A step that a newer engine brings is shown, by its own name."""
    assert words_of("transmogrify", within=OperationName.UP).done == "transmogrify"


@pytest.mark.parametrize(
    ("resource_type", "shown"),
    [
        ("aws:s3/bucket:Bucket", "aws:s3:Bucket"),
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "aws:s3:BucketPublicAccessBlock",
        ),
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:Deployment"),
        ("shop:index:Shelf", "shop:index:Shelf"),
        ("odd", "odd"),
    ],
)
def test_a_type_is_shortened_where_it_repeats_itself(resource_type: str, shown: str) -> None:
    """The file in a type's module is left out if it is the type's own name."""
    assert short_type(resource_type) == shown


def test_a_urn_gives_type_and_name() -> None:
    """A name may have colons of its own; a type has its parents' before it."""
    urn = "urn:pulumi:dev::shop::shop:index:Shelf$aws:s3/bucket:Bucket::a::b"

    assert (type_in(urn), name_in(urn)) == ("aws:s3/bucket:Bucket", "a::b")
    assert type_in("no urn") == ""
