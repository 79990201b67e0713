"""Entries and verdicts as a terminal shows them."""

from collections.abc import Iterator

from hoist.cli.ages import in_utc
from hoist.cli.tables import one_line
from orchestrator.audit.entries import Entry
from orchestrator.audit.findings import Verdict

HEADINGS = ("NUMBER", "AT", "WHO", "WHAT", "SUBJECT", "RESULT", "FROM", "WHY")


def entry_row(entry: Entry) -> tuple[str, ...]:
    """The cells below HEADINGS."""
    act, result = entry.act, entry.result
    begun = f" (of #{result.begun_at})" if result.begun_at else ""
    code = f" {result.code}" if result.code else ""
    worker = f"worker {act.source.invocation[:8]}" if act.source.invocation else ""
    row = (
        f"#{entry.number}",
        in_utc(entry.at),
        act.who.person or worker,
        act.operation,
        act.subject,
        f"{result.kind}{code}{begun}",
        act.source.ip,
        one_line(act.why),
    )
    return tuple(map(_printable, row))


def _printable(text: str) -> str:
    """The text without what a terminal would obey: others chose it, perhaps to hide something."""
    return "".join(each if each.isprintable() else "?" for each in text)


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """What was found, and how far the proof goes."""
    yield from (_printable(str(finding)) for finding in verdict.findings)
    changed = f"{len(verdict.findings)} findings" if verdict.findings else "nothing was changed"
    yield f"chain {_printable(verdict.chain)}: {verdict.entry_count} entries, {changed}"
    for key in verdict.key_ids:
        yield f"signed up to entry {verdict.anchored_to} by key {key}"
    if behind := max(0, verdict.entry_count - verdict.anchored_to):
        yield f"{behind} entries are behind the last signed head: chained, not yet anchored"
    if verdict.unfinished:
        numbers = ", ".join(f"#{number}" for number in verdict.unfinished)
        yield f"begun, and nobody told the end: {numbers}"
