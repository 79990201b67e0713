"""Things are broken in a deployed Hoist, in turn: each is found, mended and gone, and no other."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from health_seeded import SeededHoist
from health_seeded_faults import FAULTS_TO_SEED, SeededFault
from health_seeded_scene import Scene
from health_seeded_variations import VARIATIONS

pytestmark = [pytest.mark.engine, pytest.mark.emulator]


@dataclass
class Score:
    """What was found of what there was."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    seeded: int = 0
    found: int = 0
    resolved: int = 0
    false: list[str] = field(default_factory=list)

    def tell(self, name: str, verdict: str, remark: str = "") -> None:
        self.rows.append((name, verdict, remark))

    def __str__(self) -> str:
        lines = [f"  {name:34} {verdict:22} {remark}" for name, verdict, remark in self.rows]
        shares = (
            f"  recall {self.found}/{self.seeded}, resolved {self.resolved}/{self.seeded}, "
            f"precision {self.found}/{self.found + len(self.false)}, "
            f"false findings: {self.false or 'none'}"
        )
        return "\n".join(["", *lines, shares])


def _try_variation(
    hoist: SeededHoist, name: str, vary: Callable[[Scene], object], score: Score
) -> None:
    scene = Scene(hoist)
    vary(scene)
    found = hoist.look().ids
    scene.end()
    score.false += found
    score.tell(name, "is well" if not found else f"FALSE: {', '.join(found)}")


def _try_fault(hoist: SeededHoist, fault: SeededFault, score: Score) -> None:
    scene = Scene(hoist)
    score.seeded += 1
    fault.breaks(scene)
    look = fault.looks(scene)
    score.false += [each for each in look.ids if each != fault.finding]
    finding = next((each for each in look.findings if each.id == fault.finding), None)
    if finding is None:
        score.tell(fault.finding, "NOT FOUND")
        return
    score.found += 1
    fault.mend(scene, finding)
    again = fault.looks_again(scene)
    is_gone = finding.fingerprint not in {each.fingerprint for each in again.findings}
    is_told = fault.takes_the_book_along or finding.fingerprint in again.resolved
    is_resolved = is_gone and is_told
    score.resolved += is_resolved
    scene.end()
    well = "found, gone" if fault.takes_the_book_along else "found, resolved"
    verdict = well if is_resolved else "found, NOT RESOLVED"
    score.tell(fault.finding, verdict, f"mended by {fault.mended_by}")


def test_faults_are_found_and_nothing_else(
    hoist: SeededHoist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recall and precision are whole: every seeded fault is found within one look, mended, and
    resolved at the next, or just gone where the book went with what was broken; no variation of a
    healthy installation shows anything.
    """
    score = Score()
    for name, vary in VARIATIONS.items():
        _try_variation(hoist, name, vary, score)
    for fault in FAULTS_TO_SEED:
        _try_fault(hoist, fault, score)
    with capsys.disabled():
        sys.stdout.write(f"{score}\n")

    assert (score.found, score.resolved) == (len(FAULTS_TO_SEED), len(FAULTS_TO_SEED)), score
    assert score.false == [], score
