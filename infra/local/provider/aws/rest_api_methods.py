"""What a REST API answers: aws:apigateway/resource:Resource, method:Method and its integration."""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, Input, ResourceType
from local.provider.aws.rest_api import replacements
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties


class _Resources:
    """Paths, by `restApi/id`."""

    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        api: str = inputs["restApi"]
        answer = self._api_gateway.create_resource(
            restApiId=api, parentId=inputs["parentId"], pathPart=inputs["pathPart"]
        )
        return f"{api}/{answer['id']}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        patches = replacements(inputs, changed, {"parentId": "/parentId", "pathPart": "/pathPart"})
        self._api_gateway.update_resource(**_of_path(resource_id), patchOperations=patches)

    def read(self, resource_id: str) -> Properties | None:
        found: Any = if_there(lambda: self._api_gateway.get_resource(**_of_path(resource_id)))
        if found is None:
            return None
        return {
            "restApi": _of_path(resource_id)["restApiId"],
            "region": self._region,
            "parentId": found.get("parentId"),
            "pathPart": found.get("pathPart"),
            "path": found["path"],
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_resource(**_of_path(resource_id)))


def _of_path(resource_id: str) -> Any:
    api, _, path = resource_id.partition("/")
    return {"restApiId": api, "resourceId": path}


RESOURCE = ResourceType(
    token="aws:apigateway/resource:Resource",
    operations=_Resources,
    inputs=(
        Input("restApi", required=True, replaces=True),
        Input("parentId", required=True),
        Input("pathPart", required=True),
        REGION,
    ),
    computed=("path",),
    identity=("restApi", "parentId", "pathPart"),
    derived={"path": "pathPart"},
    within="restApi",
)


class _Methods:
    """By `restApi/resourceId/httpMethod`, as they are imported."""

    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        resource_id = _method_id(inputs)
        # The emulator would write over the one that is there.
        if self.read(resource_id) is not None:
            raise _taken("method", inputs)
        self._api_gateway.put_method(
            **_of_method(resource_id), authorizationType=inputs["authorization"]
        )
        return resource_id

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        patches = replacements(inputs, changed, {"authorization": "/authorizationType"})
        self._api_gateway.update_method(**_of_method(resource_id), patchOperations=patches)

    def read(self, resource_id: str) -> Properties | None:
        found = if_there(lambda: self._api_gateway.get_method(**_of_method(resource_id)))
        if found is None:
            return None
        return {
            **_place(resource_id),
            "region": self._region,
            "authorization": found["authorizationType"],
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_method(**_of_method(resource_id)))


class _Integrations:
    """Of a method there is one, so that its id is the method's."""

    def __init__(self, clients: Clients) -> None:
        self._api_gateway = clients.api_gateway()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        resource_id = _method_id(inputs)
        if self.read(resource_id) is not None:
            raise _taken("integration", inputs)
        self._api_gateway.put_integration(
            **_of_method(resource_id),
            type=inputs["type"],
            integrationHttpMethod=inputs["integrationHttpMethod"],
            uri=inputs["uri"],
            timeoutInMillis=inputs["timeoutMilliseconds"],
        )
        return resource_id

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        paths = {"uri": "/uri", "timeoutMilliseconds": "/timeoutInMillis"}
        patches = replacements(inputs, changed, paths)
        self._api_gateway.update_integration(**_of_method(resource_id), patchOperations=patches)

    def read(self, resource_id: str) -> Properties | None:
        found = if_there(lambda: self._api_gateway.get_integration(**_of_method(resource_id)))
        if found is None:
            return None
        return {
            **_place(resource_id),
            "region": self._region,
            "type": found["type"],
            "integrationHttpMethod": found["httpMethod"],
            "uri": found["uri"],
            "timeoutMilliseconds": int(found["timeoutInMillis"]),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_integration(**_of_method(resource_id)))


def _method_id(inputs: Properties) -> str:
    return f"{inputs['restApi']}/{inputs['resourceId']}/{inputs['httpMethod']}"


def _of_method(resource_id: str) -> Any:
    place = _place(resource_id)
    return {
        "restApiId": place["restApi"],
        "resourceId": place["resourceId"],
        "httpMethod": place["httpMethod"],
    }


def _place(resource_id: str) -> Properties:
    parts = resource_id.split("/")
    if len(parts) != 3:
        raise ResourceRefusedError(
            f"{resource_id} is not the id of a method",
            way_out="write it as restApi/resourceId/httpMethod",
        )
    return dict(zip(("restApi", "resourceId", "httpMethod"), parts, strict=True))


def _taken(what: str, inputs: Properties) -> ResourceRefusedError:
    return ResourceRefusedError(
        f"{_method_id(inputs)} has a {what} already", way_out="import it, or remove it"
    )


_METHOD_PLACE = (
    Input("restApi", required=True, replaces=True),
    Input("resourceId", required=True, replaces=True),
    Input("httpMethod", required=True, replaces=True),
)

METHOD = ResourceType(
    token="aws:apigateway/method:Method",
    operations=_Methods,
    inputs=(*_METHOD_PLACE, Input("authorization", required=True), REGION),
    identity=("restApi", "resourceId", "httpMethod"),
)

INTEGRATION = ResourceType(
    token="aws:apigateway/integration:Integration",
    operations=_Integrations,
    inputs=(
        *_METHOD_PLACE,
        Input("type", required=True, replaces=True, allowed=("AWS_PROXY",)),
        Input("integrationHttpMethod", required=True, replaces=True),
        Input("uri", required=True),
        Input("timeoutMilliseconds", default=29_000),
        REGION,
    ),
    identity=("restApi", "resourceId", "httpMethod"),
)

TYPES = (RESOURCE, METHOD, INTEGRATION)
