"""The server's document, understood as the report that it was made from."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.commands.answers import read_answer
from health.findings.assessment import Status
from health.report.document import encode_document, report_document
from health.report.report import Report
from health.report.text import report_text
from health_reports import ASSESSMENTS, a_report, few_reports
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.reading import UnreadableError


@given(few_reports())
def test_person_reads_what_the_function_would_say(report: Report) -> None:
    """From the document as it travels comes the same text as from the report itself."""
    document = json.loads(encode_document(report_document(report)))

    assert report_text(read_answer(document).report) == report_text(report)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.PASS, ExitCode.OK),
        (Status.WARN, ExitCode.HEALTH_WARNS),
        (Status.FAIL, ExitCode.HEALTH_FAILS),
        (Status.UNKNOWN, ExitCode.HEALTH_UNKNOWN),
    ],
)
def test_verdicts_have_exit_codes(status: Status, code: ExitCode) -> None:
    """A script can tell them apart."""
    document = report_document(a_report(ASSESSMENTS[status]))

    assert read_answer(document).exit_code is code


@given(few_reports(), st.sampled_from(Status))
def test_nothing_told_becomes_better(report: Report, word: Status) -> None:
    """A verdict that is better than what comes with it is not believed."""
    answer = read_answer({**report_document(report), "verdict": word})

    assert answer.report.verdict.status.badness == max(report.verdict.status.badness, word.badness)


_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)


@given(few_reports(), st.data())
def test_any_document_is_a_report_or_refused(report: Report, data: st.DataObject) -> None:
    """With anything in place of any part of it, it can be shown or is refused by name."""
    document = json.loads(encode_document(report_document(report)))
    place: Any = document
    while True:
        keys = list(place if isinstance(place, dict) else range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[key] = data.draw(_json)
            break
        place = inner
    try:
        answer = read_answer(document)
    except UnreadableError:
        return

    assert report_text(answer.report)


@given(_json)
def test_any_json_is_refused(document: Any) -> None:
    """What is no report of health is none."""
    with pytest.raises(UnreadableError):
        read_answer(document)
