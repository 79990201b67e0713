"""What has to be there before there is anything to check: the bootstrap, and Hoist's own stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from health.dependencies.answers import aws_answers, error_code
from health.dependencies.errors import DependencyAbsentError, LookError
from health.doctor import prescriptions
from health.doctor.places import Patient
from health.errors import HealthSettingInvalidError, HealthSettingMissingError
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import Subject, SubjectKind
from health.settings import HealthSettings

# What CloudFormation answers for a stack that does not exist.
_NO_SUCH_STACK = "ValidationError"
_WHOLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}
)


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What was found. Without Hoist's own stack, `settings` knows the places of the state alone."""

    assessments: tuple[Assessment, ...]
    settings: HealthSettings | None = None
    is_deployed: bool = False


class Surveyor:
    """Finds an installation by its name. Both clients are boto3's, of which two calls are made."""

    def __init__(self, patient: Patient, *, stacks: Any, functions: Any, region: str) -> None:
        self._patient = patient
        self._stacks = stacks
        self._functions = functions
        self._region = region
        self._subject = Subject(SubjectKind.INSTALLATION, patient.installation)

    def survey(self) -> Groundwork:
        """Everything that is missing is an assessment."""
        bootstrap, outputs = self._bootstrap()
        own_stack, settings = self._own_stack()
        if settings is not None:
            return Groundwork((bootstrap, own_stack), settings, is_deployed=True)
        if not outputs:
            # Nobody deploys the second before the first.
            return Groundwork((bootstrap,) if bootstrap.findings else (bootstrap, own_stack))
        return Groundwork((bootstrap, own_stack), self._of_the_state(outputs))

    def _bootstrap(self) -> tuple[Assessment, Mapping[str, str]]:
        try:
            stack = self._described()
        except LookError as error:
            return is_unknown(prescriptions.BOOTSTRAP, self._subject, error.message), {}
        if stack is None:
            return prescriptions.no_bootstrap(self._patient), {}
        status = stack["StackStatus"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs") or ()}
        if status not in _WHOLE:
            return prescriptions.bootstrap_unfinished(self._patient, status), outputs
        return is_well(prescriptions.BOOTSTRAP, self._subject, Observed(status)), outputs

    def _described(self) -> Mapping[str, Any] | None:
        name = self._patient.bootstrap_stack
        with aws_answers("cloudformation:DescribeStacks", name):
            try:
                answer = self._stacks.describe_stacks(StackName=name)
            except ClientError as error:
                if error_code(error) == _NO_SUCH_STACK:
                    return None
                raise
        found: Mapping[str, Any] | None = next(iter(answer["Stacks"]), None)
        return found

    def _own_stack(self) -> tuple[Assessment, HealthSettings | None]:
        """The health function knows all places: they are in its environment."""
        name = f"{self._patient.installation}-health"
        try:
            with aws_answers("lambda:GetFunction", name):
                answer = self._functions.get_function(FunctionName=name)
            variables = answer["Configuration"].get("Environment", {}).get("Variables", {})
            settings = HealthSettings.from_environment({**variables, "AWS_REGION": self._region})
        except DependencyAbsentError:
            return prescriptions.no_own_stack(self._patient, name), None
        except (LookError, HealthSettingMissingError, HealthSettingInvalidError) as error:
            return is_unknown(prescriptions.OWN_STACK, self._subject, error.message), None
        return is_well(prescriptions.OWN_STACK, self._subject, Observed(name)), settings

    def _of_the_state(self, outputs: Mapping[str, str]) -> HealthSettings:
        return HealthSettings(
            installation=self._patient.installation,
            state_bucket=outputs.get("StateBucket", ""),
            state_table=outputs.get("StateTable", ""),
            state_key_alias=outputs.get("StateKeyAlias", ""),
            runs_table="",
            artifacts_bucket="",
            doorbell_url="",
            access_table="",
        )
