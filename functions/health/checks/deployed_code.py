"""The functions: there, able to run, running what infra deployed, and all of one release."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from health.dependencies import function_requirements as requirements
from health.dependencies.absence import is_absent, with_presence
from health.dependencies.deployed_function import ACTION, DeployedFunction, describe_function
from health.dependencies.errors import DependencyAbsentError, LookError
from health.dependencies.images import Images
from health.dependencies.installation import functions_of
from health.dependencies.requirement import assess
from health.dependencies.site import Site
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import Subject, SubjectKind

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Lambda has put aside what nobody called for weeks, and brings it back when somebody does.
_WELL = {"Inactive": requirements.ACTIVE}
_MAKING = frozenset({"Pending", "InProgress"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedCode:
    """Looks at every function by its name, which infra gives."""

    installation: str
    client: "LambdaClient"
    images: Images
    name: str = "deployed_code"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.INSTALLATION, self.installation)

    def look(self) -> Sequence[Assessment]:
        found: list[DeployedFunction] = []
        assessments: list[Assessment] = []
        for name in functions_of(self.installation):
            try:
                function = describe_function(self.client, name)
            except DependencyAbsentError:
                assessments.append(self._absent(name))
            except LookError as error:
                assessments.append(is_unknown(self.name, _subject(name), error.message))
            else:
                found.append(function)
                of_one = list(self._of_one(function))
                assessments += with_presence(self.name, _subject(name), of_one)
        return [*assessments, *self._of_all(found)]

    def _absent(self, name: str) -> Assessment:
        return is_absent(
            self.name,
            _subject(name),
            action=ACTION,
            look=f"aws lambda get-function --function-name {name}",
            impact="what it does for the installation is not done",
            setting=requirements.SETTING,
        )

    def _of_one(self, function: DeployedFunction) -> Iterator[Assessment]:
        subject = _subject(function.name)
        state = requirements.able_to_run(function)
        last_update = requirements.updated(function)
        yield self._moving(subject, state.aspect, function.state) or assess(
            self.name, subject, state, lambda: _WELL.get(function.state, function.state)
        )
        yield self._moving(subject, last_update.aspect, function.last_update) or assess(
            self.name, subject, last_update, lambda: function.last_update
        )
        yield self._digest(function, subject)
        if function.image:
            look = self.images.finder(function.image)
            yield self._image(function, subject, look)

    def _moving(self, subject: Subject, aspect: str, word: str) -> Assessment | None:
        """What is being made can be neither well nor ill yet."""
        if word not in _MAKING:
            return None
        return is_unknown(f"{self.name}.{aspect}", subject, f"it is {word}")

    def _digest(self, function: DeployedFunction, subject: Subject) -> Assessment:
        release = function.release
        if release is None or not function.digest:
            because = "its description does not say what infra deployed to it"
            return is_unknown(f"{self.name}.digest", subject, because)
        wanted = requirements.as_deployed(function, release)
        return assess(self.name, subject, wanted, lambda: function.digest)

    def _image(
        self, function: DeployedFunction, subject: Subject, look: Callable[[], str]
    ) -> Assessment:
        try:
            return assess(self.name, subject, requirements.image_kept(function), look)
        except LookError as error:
            return is_unknown(f"{self.name}.image", subject, error.message)

    def _of_all(self, functions: Sequence[DeployedFunction]) -> Iterator[Assessment]:
        """Half an upgrade: each runs what it was given, but not all were given the same."""
        releases = {each.name: each.release.id for each in functions if each.release}
        if releases:
            yield self._alike("release", releases)
        yield self._alike("architecture", {each.name: each.architecture for each in functions})

    def _alike(self, aspect: str, words: dict[str, str]) -> Assessment:
        different = sorted(set(words.values()))
        if len(different) <= 1:
            return is_well(f"{self.name}.{aspect}", self.subject, Observed("".join(different)))
        wanted = requirements.of_one(aspect, self.installation, words)
        return assess(self.name, self.subject, wanted, lambda: ", ".join(different))


def _subject(name: str) -> Subject:
    return Subject(SubjectKind.FUNCTION, name)


def make(site: Site) -> DeployedCode:
    return DeployedCode(
        installation=site.places.installation,
        client=site.clients.looked_at("lambda"),
        images=Images(site.clients.looked_at("ecr")),
    )
