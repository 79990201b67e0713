"""aws:apigateway/response:Response: what a REST API itself says when it refuses a request.

By `restApi/responseType`, as they are imported.
"""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, Input, ResourceType
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties


class _Responses:
    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        resource_id = f"{inputs['restApiId']}/{inputs['responseType']}"
        # The cloud would write over one that is there.
        if self.read(resource_id) is not None:
            raise ResourceRefusedError(
                f"{resource_id} is set already", way_out="import it, or remove it"
            )
        self._put(resource_id, inputs)
        return resource_id

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        self._put(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        found: Any = if_there(lambda: self._api_gateway.get_gateway_response(**_of(resource_id)))
        # Each has a default, which nobody has set.
        if found is None or found.get("defaultResponse"):
            return None
        place = _of(resource_id)
        return {
            "restApiId": place["restApiId"],
            "responseType": place["responseType"],
            "region": self._region,
            "statusCode": found.get("statusCode", ""),
            "responseTemplates": found.get("responseTemplates", {}),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_gateway_response(**_of(resource_id)))

    def _put(self, resource_id: str, inputs: Properties) -> None:
        optional = {"statusCode": inputs["statusCode"]} if inputs["statusCode"] else {}
        self._api_gateway.put_gateway_response(
            **_of(resource_id), responseTemplates=inputs["responseTemplates"], **optional
        )


def _of(resource_id: str) -> Any:
    api, _, kind = resource_id.partition("/")
    return {"restApiId": api, "responseType": kind}


RESPONSE = ResourceType(
    token="aws:apigateway/response:Response",
    operations=_Responses,
    inputs=(
        Input("restApiId", required=True, replaces=True),
        Input("responseType", required=True, replaces=True),
        Input("statusCode", default=""),
        Input("responseTemplates", default={}),
        REGION,
    ),
    identity=("restApiId", "responseType"),
)

TYPES = (RESPONSE,)
