"""What a REST API shows: aws:apigateway/deployment:Deployment and aws:apigateway/stage:Stage."""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, TAGS, Input, ResourceType
from local.provider.aws.rest_api import api_arn, execution_arn, replacements, set_tags
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties


class _Deployments:
    """By `restApi/id`. What triggered one is in the program's state alone."""

    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        api: str = inputs["restApi"]
        answer = self._api_gateway.create_deployment(
            restApiId=api, description=inputs["description"]
        )
        return f"{api}/{answer['id']}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        patches = replacements(inputs, changed, {"description": "/description"})
        self._api_gateway.update_deployment(**_of_deployment(resource_id), patchOperations=patches)

    def read(self, resource_id: str) -> Properties | None:
        place = _of_deployment(resource_id)
        found = if_there(lambda: self._api_gateway.get_deployment(**place))
        if found is None:
            return None
        return {
            "restApi": place["restApiId"],
            "region": self._region,
            "description": found.get("description", ""),
            "createdDate": found["createdDate"].isoformat(),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_deployment(**_of_deployment(resource_id)))


def _of_deployment(resource_id: str) -> Any:
    api, _, deployment = resource_id.partition("/")
    return {"restApiId": api, "deploymentId": deployment}


DEPLOYMENT = ResourceType(
    token="aws:apigateway/deployment:Deployment",
    operations=_Deployments,
    inputs=(
        Input("restApi", required=True, replaces=True),
        Input("description", default=""),
        Input("triggers", replaces=True),
        REGION,
    ),
    computed=("createdDate",),
    within="restApi",
)

_STAGE_PATHS = {"deployment": "/deploymentId", "description": "/description"}


class _Stages:
    """By `restApi/stageName`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._api_gateway = clients.api_gateway()

    def create(self, inputs: Properties) -> str:
        api, name = inputs["restApi"], inputs["stageName"]
        # The emulator would write over the one that is there.
        if self.read(f"{api}/{name}") is not None:
            raise ResourceRefusedError(
                f"the API {api} has a stage {name} already",
                way_out="import it, or choose another name",
            )
        self._api_gateway.create_stage(
            restApiId=api,
            stageName=name,
            deploymentId=inputs["deployment"],
            description=inputs["description"],
        )
        return f"{api}/{name}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        patches = replacements(inputs, changed, _STAGE_PATHS)
        if patches:
            self._api_gateway.update_stage(**_of_stage(resource_id), patchOperations=patches)
        if "tags" in changed:
            set_tags(self._api_gateway, self._arn(resource_id), inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        place = _of_stage(resource_id)
        found = if_there(lambda: self._api_gateway.get_stage(**place))
        if found is None:
            return None
        api, name = place["restApiId"], place["stageName"]
        arn = self._arn(resource_id)
        return {
            "restApi": api,
            "stageName": name,
            "region": self._clients.settings.region,
            "arn": arn,
            "executionArn": f"{execution_arn(self._clients, api)}/{name}",
            "invokeUrl": self._url(api, name),
            "deployment": found["deploymentId"],
            "description": found.get("description", ""),
            "tags": self._api_gateway.get_tags(resourceArn=arn)["tags"],
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._delete(resource_id))

    def _delete(self, resource_id: str) -> None:
        # The emulator would give a later stage of this name the tags of this one.
        set_tags(self._api_gateway, self._arn(resource_id), {})
        self._api_gateway.delete_stage(**_of_stage(resource_id))

    def _arn(self, resource_id: str) -> str:
        api, _, name = resource_id.partition("/")
        return f"{api_arn(self._clients, api)}/stages/{name}"

    def _url(self, api: str, name: str) -> str:
        """Where the emulator answers: AWS's own URL would lead to AWS."""
        endpoint = self._clients.settings.endpoints["apigateway"].rstrip("/")
        return f"{endpoint}/_aws/execute-api/{api}/{name}"


def _of_stage(resource_id: str) -> Any:
    api, _, name = resource_id.partition("/")
    return {"restApiId": api, "stageName": name}


STAGE = ResourceType(
    token="aws:apigateway/stage:Stage",
    operations=_Stages,
    inputs=(
        Input("restApi", required=True, replaces=True),
        Input("stageName", required=True, replaces=True),
        Input("deployment", required=True),
        Input("description", default=""),
        REGION,
        TAGS,
    ),
    computed=("arn", "executionArn", "invokeUrl"),
    identity=("restApi", "stageName"),
    derived=dict.fromkeys(("arn", "executionArn", "invokeUrl"), "stageName"),
    within="restApi",
)

TYPES = (DEPLOYMENT, STAGE)
