"""What the API answers, as dataclasses."""

from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.server.reading import UnreadableError, read
from orchestrator.commands.server import answers
from orchestrator.commands.server.answers import EventPage, RunFacts
from scripted_runs import page_document, run_document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ANSWERS = [
    each for each in vars(answers).values() if isinstance(each, type) and hasattr(each, "__slots__")
]


@given(kind=st.sampled_from(ANSWERS), document=JSON)
def test_any_json_is_an_answer_or_refused(kind: type[Any], document: Any) -> None:
    """Nothing but UnreadableError comes out of a document that is something else."""
    try:
        found = read(kind, document)
    except UnreadableError:
        return
    assert isinstance(found, kind)


@given(st.sampled_from([each.name for each in fields(RunFacts)]), JSON)
def test_any_field_may_be_anything(name: str, value: Any) -> None:
    """A run with one field of another kind is read or refused, and never half."""
    document = page_document(run_document((0, "queued"), (1, "running")))
    document["run"][name] = value
    try:
        page = read(EventPage, document)
    except UnreadableError as refused:
        why = str(refused)
    else:
        why = ""
        assert isinstance(page.run, RunFacts)

    assert not why or why.startswith(f"EventPage.run.{name}")
