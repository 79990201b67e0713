"""Strategy: a value that nobody has to be told."""

import json

import pytest

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation.errors import RotationPolicyError
from rotation.strategies.generated import GeneratedValue
from rotation.strategy import Trial
from rotation_site import DRAFT, MORNING, TOKEN


def trial(pending: Secret) -> Trial:
    return Trial(TOKEN, MORNING, pending=pending, current=None, previous=None)


def test_bare_value_becomes_another_bare_value() -> None:
    """A secret that is a bare text stays one."""
    made = GeneratedValue().create(Secret("old"), DRAFT)

    assert len(made.reveal()) == 32
    GeneratedValue().test(trial(made))


def test_first_value_is_bare() -> None:
    """A secret without a value gets a bare text."""
    assert GeneratedValue().create(None, DRAFT).reveal().isalnum()


def test_document_keeps_what_its_owner_wrote() -> None:
    """In a document only the value changes; it follows the document's policy."""
    document = {"strategy": "generated", "value": "old", "policy": {"length": 50}}

    made = GeneratedValue().create(Secret(json.dumps(document)), DRAFT)

    fields = json.loads(made.reveal())
    assert len(fields["value"]) == 50
    assert fields | {"value": "old"} == document
    GeneratedValue().test(trial(made))


@pytest.mark.parametrize(
    "document",
    [
        '{"strategy": "generated", "value": "x", "user": "y"}',
        '{"strategy": "signing-keys", "value": "x"}',
        '{"strategy": "generated", "value": 5}',
        '{"value": "x", "value": "y"}',
        '{"value": "x"',
        '{"value": "x", "policy": []}',
        '{"policy": {"length": NaN}}',
    ],
)
def test_other_documents_are_refused(document: str) -> None:
    """A document with anything unknown, double or in another form is refused."""
    with pytest.raises(InvalidDocumentError):
        GeneratedValue().preflight(Secret(document), DRAFT)


def test_pending_value_must_keep_its_policy() -> None:
    """A pending value that was not made by the strategy fails its test."""
    with pytest.raises(RotationPolicyError):
        GeneratedValue().test(trial(Secret("short")))
