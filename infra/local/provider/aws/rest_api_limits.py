"""aws:apigateway/methodSettings:MethodSettings, as far as they limit how often is asked.

By `restApi/stageName/methodPath`, as they are imported. A path of more than one part is not known
here: how it is written differs from call to call.
"""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws
from local.provider.aws.resource_type import REGION, Input, ResourceType
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties

_FIELDS = (
    Field("throttlingRateLimit", "throttlingRateLimit"),
    Field("throttlingBurstLimit", "throttlingBurstLimit"),
)
_PATCHED_AT = {
    "throttlingRateLimit": "throttling/rateLimit",
    "throttlingBurstLimit": "throttling/burstLimit",
}


class _Limits:
    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        resource_id = f"{inputs['restApi']}/{inputs['stageName']}/{inputs['methodPath']}"
        _place(resource_id)
        # The emulator would write over those that are there.
        if self.read(resource_id) is not None:
            raise ResourceRefusedError(
                f"{resource_id} has settings already", way_out="import them, or remove them"
            )
        self._set(resource_id, inputs["settings"])
        return resource_id

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        self._set(resource_id, inputs["settings"])

    def read(self, resource_id: str) -> Properties | None:
        api, stage, path = _place(resource_id)
        found = if_there(lambda: self._api_gateway.get_stage(restApiId=api, stageName=stage))
        settings = None if found is None else found.get("methodSettings", {}).get(path)
        if settings is None:
            return None
        return {
            "restApi": api,
            "stageName": stage,
            "methodPath": path,
            "region": self._region,
            "settings": from_aws(_FIELDS, settings),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        path = _place(resource_id)[2]
        if_there(lambda: self._patch(resource_id, [{"op": "remove", "path": f"/{path}"}]))

    def _set(self, resource_id: str, settings: Properties) -> None:
        path = _place(resource_id)[2]
        self._patch(
            resource_id,
            [
                {"op": "replace", "path": f"/{path}/{_PATCHED_AT[name]}", "value": str(value)}
                for name, value in settings.items()
                if value is not None
            ],
        )

    def _patch(self, resource_id: str, patches: Any) -> None:
        api, stage, _ = _place(resource_id)
        self._api_gateway.update_stage(restApiId=api, stageName=stage, patchOperations=patches)


def _place(resource_id: str) -> tuple[str, str, str]:
    parts = resource_id.split("/")
    if len(parts) != 4:
        raise ResourceRefusedError(
            f"{resource_id} are not the settings of a stage's methods",
            way_out="write it as restApi/stageName/methodPath, of which the last is */*",
        )
    api, stage, *path = parts
    return api, stage, "/".join(path)


METHOD_SETTINGS = ResourceType(
    token="aws:apigateway/methodSettings:MethodSettings",
    operations=_Limits,
    inputs=(
        Input("restApi", required=True, replaces=True),
        Input("stageName", required=True, replaces=True),
        Input("methodPath", required=True, replaces=True),
        Input("settings", required=True, fields=_FIELDS),
        REGION,
    ),
    identity=("restApi", "stageName", "methodPath"),
)

TYPES = (METHOD_SETTINGS,)
