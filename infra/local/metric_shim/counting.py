"""Which occurrences the metrics do not show yet."""

from collections import Counter
from collections.abc import Iterable, Mapping

from local.metric_shim.occurrence import Occurrence, Sign

Shown = Mapping[Sign, Mapping[int, int]]
"""How many samples there are of each sign, by second since the epoch."""


def not_shown(occurrences: Iterable[Occurrence], shown: Shown) -> list[Occurrence]:
    """Those for which there is no sample left, in order of time.

    Each sample shows one occurrence at most. The latest occurrence takes the latest sample that
    can be its own, so that as many as possible find one; a less likely sign is looked for only
    among what all others have left.
    """
    left = {sign: Counter(samples) for sign, samples in shown.items()}
    missing = list(occurrences)
    for turn in range(max((len(each.signs) for each in missing), default=0)):
        latest_first = sorted(missing, key=lambda each: each.at, reverse=True)
        missing = [each for each in latest_first if not _is_shown(each, turn, left)]
    return sorted(missing, key=lambda each: each.at)


def _is_shown(occurrence: Occurrence, turn: int, left: Mapping[Sign, Counter[int]]) -> bool:
    """Whether there is a sample of its sign, which is then taken."""
    samples = left.get(occurrence.signs[turn]) if turn < len(occurrence.signs) else None
    if samples is None:
        return False
    latest = occurrence.second + occurrence.shown_within_seconds
    for second in range(latest, occurrence.second - 1, -1):
        if samples[second] >= occurrence.samples:
            samples[second] -= occurrence.samples
            return True
    return False
