"""Deaths of a rotation whose target is a real database."""

from dataclasses import dataclass

from postgres_site import ALTERNATING, Estate, PostgresSite
from rotation.strategy import Traits
from rotation_crashes import CrashSite, Fate

# What else is asked of store and target has no effect that could be left half done.
EFFECTS = frozenset(
    {"add_placeholder", "change", "put_secret_value", "update_secret_version_stage"}
)


@dataclass
class ProgramsOfTheUser:
    """They log in with the current value, or with what its strategy lets them fall back to."""

    site: PostgresSite
    estate: Estate
    traits: Traits

    def lets_in(self, value: str) -> bool:
        labels = [stage.value for stage in self.traits.fallbacks]
        fallbacks = [held for held, on in self._values() if on & set(labels)]
        return any(map(self.estate.lets_in, [value, *fallbacks]))

    def live_credentials(self, value: str | None) -> int:
        return sum(self.estate.lets_in(held) for held, _ in self._values())

    def _values(self) -> list[tuple[str, set[str]]]:
        versions = self.site.store.secrets["app/key"].versions.values()
        return [(version.value, version.labels) for version in versions if version.value]


@dataclass(kw_only=True)
class PostgresCrashSite(CrashSite):
    """A secret of an estate under rotation; the scenario is the name of its strategy."""

    estate: Estate

    def __post_init__(self) -> None:
        is_pair = self.scenario == ALTERNATING
        self.old = self.estate.alternating() if is_pair else self.estate.document()
        self.site = site = PostgresSite(
            estate=self.estate, has_mortal_engine=self.has_mortal_engine
        )
        self.strategy = self.site.strategies[self.scenario]()
        self.probe = ProgramsOfTheUser(site, self.estate, self.strategy.traits)
        self.arn = self.site.secret(self.old, strategy=self.scenario)
        self.fate = Fate(self.site)

    def effects(self) -> list[int]:
        """The numbers of the calls so far that had, or could have had, an effect."""
        return [number for number, call in enumerate(self.site.calls, start=1) if call in EFFECTS]
