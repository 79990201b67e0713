"""Deaths of the rotation at any call to the store or the target, and a witness who looks on."""

from dataclasses import dataclass, field

from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.faults import ClientCall
from rotation_probes import SCENARIOS
from rotation_site import RotationSite
from rotation_store import StoredVersion


class Killed(BaseException):  # noqa: N818 - a process that is killed raises nothing at all
    """The process ends here: no handler of errors sees it."""


@dataclass(frozen=True)
class Death:
    """At the call of that number, counted from one: before its effect, or after it."""

    call: int
    is_after: bool


@dataclass
class Fate:
    """Raises `accident` once. `calls` counts what was asked of store and target."""

    site: RotationSite
    accident: BaseException = field(default_factory=Killed)
    death: Death | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        self.site.before = self._before
        self.site.after = self._after

    def _before(self, call: ClientCall) -> None:
        self.calls += 1
        self._meet(is_after=False)

    def _after(self, call: ClientCall) -> None:
        self._meet(is_after=True)

    def _meet(self, *, is_after: bool) -> None:
        if self.death == Death(self.calls, is_after):
            self.death = None
            raise self.accident


@dataclass
class CrashSite:
    """A secret under rotation. `look` is for after each death; nothing then may be wrong."""

    scenario: str
    has_mortal_engine: bool = True
    seen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name, self.old, probe = SCENARIOS[self.scenario]
        self.site = RotationSite(has_mortal_engine=self.has_mortal_engine)
        self.strategy = self.site.strategies[name]()
        self.probe = probe(self.site, self.old)
        self.arn = self.site.secret(self.old, strategy=name)
        self.fate = Fate(self.site)

    def run(self, death: Death | None) -> bool:
        """Start or go on; whether it came to its end."""
        self.fate.death, self.fate.calls = death, 0
        try:
            self._go_on(self.site.engine)
        except Killed:
            return False
        return True

    def look(self) -> None:
        labels = [label for held in self.site.store.labels(self.arn).values() for label in held]
        assert len(labels) == len(set(labels)), "a label is on two versions"
        for version_id, version in self._versions().items():
            if version.value is not None:
                assert self.seen.setdefault(version_id, version.value) == version.value
        current = self._current()
        assert current is not None or self.old is None
        assert current is None or self.probe.lets_in(current), "nobody gets in"
        live = self.probe.live_credentials(current)
        assert live <= self.strategy.traits.live_credentials_at_most

    def look_at_the_end(self) -> None:
        self.look()
        versions = [held for held in self._versions().values() if held.value is not None]
        assert len(versions) == (1 if self.old is None else 2), "a value was made twice"
        assert self._current() != self.old
        labels = sorted(map(sorted, self.site.store.labels(self.arn).values()))
        expected = [["AWSCURRENT"]] if self.old is None else [["AWSCURRENT"], ["AWSPREVIOUS"]]
        assert labels == expected

    def _go_on(self, engine: RotationEngine) -> None:
        if "AWSPENDING" in sum(self.site.store.labels(self.arn).values(), []):
            assert engine.resume(self.arn).failure is None
        elif self._current() == self.old:
            assert engine.rotate(self.arn).failure is None

    def _current(self) -> str | None:
        held = [v.value for v in self._versions().values() if "AWSCURRENT" in v.labels]
        return held[0] if held else None

    def _versions(self) -> dict[str, StoredVersion]:
        return self.site.store.secrets["app/key"].versions
