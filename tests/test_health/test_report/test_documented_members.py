"""The document is what docs/health.md says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given

from health.findings.assessment import Observed, is_well
from health.report.document import report_document
from health.report.report import Report
from health_findings import WORKER, a_finding, an_assessment
from health_reports import a_report, few_reports

_PAGE = Path(__file__).parents[3] / "docs" / "health.md"
_ROW = re.compile(r"^\| `([\w.\[\]]+)` \| (.*) \|$", re.MULTILINE)
# Lists by what their entries are told under.
_LISTS = ("findings", "resolved")


def _documented() -> dict[str, str]:
    section = _PAGE.read_text().split("### The document", 1)[1].split("\n## ", 1)[0]
    return dict(_ROW.findall(section))


def _members(document: dict[str, Any]) -> Iterator[str]:
    yield from document
    for entries in document["checks"].values():
        yield from (f"checks[].{name}" for entry in entries for name in entry)
    for told in _LISTS:
        yield from (f"{told}[].{name}" for entry in document[told] for name in entry)
    yield from (f"cost.{name}" for name in document["cost"])


def _everything() -> dict[str, Any]:
    """A document of a report in which nothing is missing."""
    over = an_assessment(a_finding("lambda.errors"), rule="lambda.errors")
    told = (
        an_assessment(a_finding()),
        is_well("lambda.errors", WORKER, Observed(0.01, "share")),
        an_assessment(rule="lambda.memory", unknown_because="no data"),
    )
    return report_document(a_report(*told, earlier=(over,)))


def test_every_member_is_documented_and_nothing_else() -> None:
    """A report with everything in it has exactly the members that the page names."""
    assert set(_members(_everything())) == set(_documented())


def test_inner_members_are_documented() -> None:
    """Subject, evidence, cause, action and the parts of the price are as the page lists them."""
    document, documented = _everything(), _documented()
    (finding,) = document["findings"]

    for name in ("subject", "evidence", "cause", "action"):
        listed = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", documented[f"findings[].{name}"]))
        assert set(listed) == set(finding[name])
    parts = re.findall(r"`(\w+)`", documented["cost.parts"])
    assert all(set(part) == set(parts) for part in document["cost"]["parts"])


@given(few_reports())
def test_no_report_has_an_undocumented_member(report: Report) -> None:
    """Whatever is found, the page names every member that is told."""
    assert set(_members(report_document(report))) <= set(_documented())
