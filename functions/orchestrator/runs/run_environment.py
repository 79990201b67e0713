"""How an update names its run: by two variables that the engine reports, and the update keeps."""

from collections.abc import Mapping

from orchestrator.runs.records import Run

CI_SYSTEM = "hoist"
_SYSTEM_KEY, _BUILD_ID_KEY = "ci.system", "ci.build.id"


def environment_of(run: Run) -> dict[str, str]:
    """What the engine is told, so that its updates name the run."""
    return {"PULUMI_CI_SYSTEM": CI_SYSTEM, "PULUMI_CI_BUILD_ID": run.id}


def run_id_in(environment: Mapping[str, str]) -> str:
    """The run that an update's environment names; empty if it names none."""
    if environment.get(_SYSTEM_KEY) != CI_SYSTEM:
        return ""
    return environment.get(_BUILD_ID_KEY, "")
