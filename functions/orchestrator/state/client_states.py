"""A whole state as a client sends it: to be imported, or as the checkpoint of an update.

{"version": 3, "features": [...], "deployment": {...}}
"""

from typing import Any

from orchestrator.state.deployment import Deployment, VersionedDeployment, deployment_faults
from orchestrator.state.errors import BadRequestError
from orchestrator.state.exact_json import decode_json, encode_json, nests_deeper_than
from orchestrator.state.journal import MAX_NESTING
from orchestrator.state.schema_upgrades import KNOWN_VERSIONS, VERSION_WITH_FEATURES, upgraded


def parse_client_state(body: bytes) -> VersionedDeployment:
    """The state in the present schema; raises BadRequestError."""
    try:
        document = decode_json(body)
    except ValueError as error:
        raise BadRequestError("the state is not JSON") from error
    if not isinstance(document, dict) or nests_deeper_than(document, MAX_NESTING):
        raise BadRequestError(f"the state is no object, or nested deeper than {MAX_NESTING} levels")
    version = _known_version(document.get("version"))
    deployment = document.get("deployment")
    if deployment is None:
        return VersionedDeployment(version, (), None)
    for fault in deployment_faults(deployment):
        raise BadRequestError(f"the state is malformed: {fault}")
    features = _features(document) if version == VERSION_WITH_FEATURES else ()
    version, deployment = upgraded(version, deployment)
    return VersionedDeployment(version, features, deployment)


def client_state_body(version: int, features: tuple[str, ...], deployment: Deployment) -> bytes:
    """The body that parses to this state."""
    document: dict[str, Any] = {"version": version, "deployment": deployment}
    return encode_json({**document, "features": list(features)} if features else document)


def _known_version(version: object) -> int:
    if type(version) is not int or version not in KNOWN_VERSIONS:
        raise BadRequestError(
            f"a state of version {str(version)[:100]} is not known to this service",
            way_out="export it anew with the Pulumi version that this Hoist is made for",
        )
    return version


def _features(document: dict[str, Any]) -> tuple[str, ...]:
    features = document.get("features") or []
    if not isinstance(features, list) or not all(isinstance(name, str) for name in features):
        raise BadRequestError("the features of the state are not a list of texts")
    return tuple(features)
