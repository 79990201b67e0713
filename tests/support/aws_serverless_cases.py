"""Cases of functions, REST APIs and rules, for the contract of the emulator's `aws` provider."""

import io
import json
import zipfile
from typing import Any

from aws_type_cases import TypeCase
from local.provider.aws.clients import Clients
from local.provider.values import Properties
from plugin_client import Deployed, PluginClient

_ROLE = "arn:aws:iam::111122223333:role/anything"
_FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function"
_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{_FUNCTION}:%s/invocations"


def zip_of(files: dict[str, str]) -> bytes:
    """A package with these files, `bootstrap` executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o755 if path == "bootstrap" else 0o644) << 16
            package.writestr(entry, text)
    return buffer.getvalue()


def _packages(_client: PluginClient, clients: Clients, name: str) -> Properties:
    """A bucket with two packages."""
    clients.s3().create_bucket(Bucket=name)
    for key in ("first", "second"):
        clients.s3().put_object(Bucket=name, Key=key, Body=zip_of({"bootstrap": f"# {key}"}))
    return {"s3Bucket": name}


def _function(client: PluginClient, clients: Clients, name: str) -> Properties:
    inputs = {**_FUNCTION_INPUTS, "name": name, **_packages(client, clients, name)}
    return {"function": client.deploy("aws:lambda/function:Function", name, inputs).id}


def _queue_and_function(client: PluginClient, clients: Clients, name: str) -> Properties:
    queue = client.deploy("aws:sqs/queue:Queue", name, {"name": name})
    function = _function(client, clients, name)["function"]
    return {"eventSourceArn": queue.outputs["arn"], "functionName": function}


def _api(client: PluginClient, _clients: Clients, name: str) -> Properties:
    return {"restApi": client.deploy("aws:apigateway/restApi:RestApi", name, {"name": name}).id}


def _api_and_root(client: PluginClient, _clients: Clients, name: str) -> Properties:
    api = client.deploy("aws:apigateway/restApi:RestApi", name, {"name": name})
    return {"restApi": api.id, "parentId": api.outputs["rootResourceId"]}


def _api_by_id(client: PluginClient, clients: Clients, name: str) -> Properties:
    return {"restApiId": _api(client, clients, name)["restApi"]}


def _path(client: PluginClient, clients: Clients, name: str) -> Properties:
    inputs = {**_api_and_root(client, clients, name), "pathPart": "{proxy+}"}
    path = client.deploy("aws:apigateway/resource:Resource", name, inputs)
    return {"restApi": inputs["restApi"], "resourceId": path.id}


def _method(client: PluginClient, clients: Clients, name: str) -> Properties:
    place = {**_path(client, clients, name), "httpMethod": "ANY"}
    client.deploy("aws:apigateway/method:Method", name, {**place, "authorization": "AWS_IAM"})
    return place


def _deployment(client: PluginClient, clients: Clients, name: str) -> Properties:
    place = _api(client, clients, name)
    made = client.deploy("aws:apigateway/deployment:Deployment", name, place)
    return {**place, "deployment": made.id}


def _stage(client: PluginClient, clients: Clients, name: str) -> Properties:
    place = _deployment(client, clients, name)
    client.deploy("aws:apigateway/stage:Stage", name, {**place, "stageName": "live"})
    return {"restApi": place["restApi"], "stageName": "live"}


def _rule(client: PluginClient, _clients: Clients, name: str) -> Properties:
    inputs = {"name": name, "scheduleExpression": "rate(1 day)"}
    return {"rule": client.deploy("aws:cloudwatch/eventRule:EventRule", name, inputs).id}


def _give_more_memory(clients: Clients, made: Deployed) -> None:
    clients.lambda_functions().update_function_configuration(
        FunctionName=made.id, MemorySize=1024, Environment={"Variables": {"MODE": "theirs"}}
    )


def _permit_another(clients: Clients, made: Deployed) -> None:
    function = made.inputs["function"]
    clients.lambda_functions().remove_permission(FunctionName=function, StatementId=made.id)
    clients.lambda_functions().add_permission(
        FunctionName=function,
        StatementId=made.id,
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )


def _widen_batches(clients: Clients, made: Deployed) -> None:
    clients.lambda_functions().update_event_source_mapping(UUID=made.id, BatchSize=7)


def _patch(path: str, value: str) -> Any:
    return [{"op": "replace", "path": path, "value": value}]


def _compress_all(clients: Clients, made: Deployed) -> None:
    clients.api_gateway().update_rest_api(
        restApiId=made.id, patchOperations=_patch("/minimumCompressionSize", "0")
    )


def _move_path(clients: Clients, made: Deployed) -> None:
    clients.api_gateway().update_resource(
        restApiId=made.inputs["restApi"],
        resourceId=made.id,
        patchOperations=_patch("/pathPart", "elsewhere"),
    )


def _of_method(made: Deployed) -> Any:
    names = {"restApiId": "restApi", "resourceId": "resourceId", "httpMethod": "httpMethod"}
    return {name: made.inputs[ours] for name, ours in names.items()}


def _open_method(clients: Clients, made: Deployed) -> None:
    clients.api_gateway().update_method(
        **_of_method(made), patchOperations=_patch("/authorizationType", "NONE")
    )


def _hurry_integration(clients: Clients, made: Deployed) -> None:
    clients.api_gateway().update_integration(
        **_of_method(made), patchOperations=_patch("/timeoutInMillis", "50")
    )


def _redescribe_deployment(clients: Clients, made: Deployed) -> None:
    clients.api_gateway().update_deployment(
        restApiId=made.inputs["restApi"],
        deploymentId=made.id,
        patchOperations=_patch("/description", "somebody's"),
    )


def _redirect_stage(clients: Clients, made: Deployed) -> None:
    api = made.inputs["restApi"]
    other = clients.api_gateway().create_deployment(restApiId=api)["id"]
    clients.api_gateway().update_stage(
        restApiId=api, stageName=made.id, patchOperations=_patch("/deploymentId", other)
    )


def _let_more_in(clients: Clients, made: Deployed) -> None:
    api, stage, path = made.id.split("/", 2)
    patch: Any = {"op": "replace", "path": f"/{path}/throttling/burstLimit", "value": "5000"}
    clients.api_gateway().update_stage(restApiId=api, stageName=stage, patchOperations=[patch])


def _refuse_otherwise(clients: Clients, made: Deployed) -> None:
    api, _, kind = made.id.partition("/")
    place: Any = {"restApiId": api, "responseType": kind}
    clients.api_gateway().put_gateway_response(
        **place, statusCode="400", responseTemplates=made.inputs["responseTemplates"]
    )


def _disable_rule(clients: Clients, made: Deployed) -> None:
    clients.events().disable_rule(Name=made.id)


def _redirect_target(clients: Clients, made: Deployed) -> None:
    target: Any = {"Id": made.id, "Arn": f"{_FUNCTION}:theirs"}
    clients.events().put_targets(Rule=made.inputs["rule"], Targets=[target])


_FUNCTION_INPUTS: Properties = {
    "role": _ROLE,
    "runtime": "provided.al2023",
    "handler": "anything.handle",
    "s3Key": "first",
}

SERVERLESS_CASES = (
    TypeCase(
        type="aws:lambda/function:Function",
        inputs={
            **_FUNCTION_INPUTS,
            "environment": {"variables": {"MODE": "ours"}},
            "tags": {"owner": "us"},
        },
        changes={
            "s3Key": "second",
            "architectures": ["arm64"],
            "handler": "another.handle",
            "timeout": 29,
            "memorySize": 512,
            "environment": {"variables": {}},
            "ephemeralStorage": {"size": 2048},
            "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
            "tags": {"owner": "them"},
        },
        replacing={"name": "another"},
        drift=_give_more_memory,
        drifted="environment",
        needs=_packages,
        named_by="name",
        untold=frozenset({"s3Bucket", "s3Key"}),
    ),
    TypeCase(
        type="aws:lambda/permission:Permission",
        inputs={
            "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com",
            "sourceArn": "arn:aws:events:us-east-1:111122223333:rule/anything",
        },
        changes={},
        replacing={"principal": "s3.amazonaws.com", "sourceAccount": "111122223333"},
        drift=_permit_another,
        drifted="principal",
        needs=_function,
        named_by="statementId",
    ),
    TypeCase(
        type="aws:lambda/eventSourceMapping:EventSourceMapping",
        inputs={
            "batchSize": 1,
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "tags": {"owner": "us"},
        },
        changes={
            "batchSize": 5,
            "enabled": False,
            "functionResponseTypes": [],
            "scalingConfig": {"maximumConcurrency": 2},
            "tags": {"owner": "them"},
        },
        replacing={"eventSourceArn": "arn:aws:sqs:us-east-1:111122223333:another"},
        drift=_widen_batches,
        drifted="batchSize",
        needs=_queue_and_function,
    ),
    TypeCase(
        type="aws:apigateway/restApi:RestApi",
        inputs={
            "endpointConfiguration": {"types": "REGIONAL"},
            "minimumCompressionSize": "1024",
            "binaryMediaTypes": ["application/x-ours"],
            "tags": {"owner": "us"},
        },
        changes={
            "description": "ours",
            "minimumCompressionSize": "2048",
            "tags": {"owner": "them"},
        },
        replacing={"endpointConfiguration": {"types": "EDGE"}},
        drift=_compress_all,
        drifted="minimumCompressionSize",
        named_by="name",
    ),
    TypeCase(
        type="aws:apigateway/resource:Resource",
        inputs={"pathPart": "{proxy+}"},
        changes={"pathPart": "stacks"},
        replacing={"restApi": "another"},
        drift=_move_path,
        drifted="pathPart",
        needs=_api_and_root,
    ),
    TypeCase(
        type="aws:apigateway/method:Method",
        inputs={"httpMethod": "ANY", "authorization": "AWS_IAM"},
        changes={"authorization": "NONE"},
        replacing={"httpMethod": "GET"},
        drift=_open_method,
        drifted="authorization",
        needs=_path,
    ),
    TypeCase(
        type="aws:apigateway/integration:Integration",
        inputs={"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": _URI % "ours"},
        changes={"uri": _URI % "another", "timeoutMilliseconds": 1000},
        replacing={"integrationHttpMethod": "GET"},
        drift=_hurry_integration,
        drifted="timeoutMilliseconds",
        needs=_method,
    ),
    TypeCase(
        type="aws:apigateway/deployment:Deployment",
        inputs={"triggers": {"methods": "one"}},
        changes={"description": "ours"},
        replacing={"triggers": {"methods": "two"}},
        drift=_redescribe_deployment,
        drifted="description",
        needs=_api,
        untold=frozenset({"triggers"}),
    ),
    TypeCase(
        type="aws:apigateway/stage:Stage",
        inputs={"stageName": "live", "tags": {"owner": "us"}},
        changes={"description": "ours", "tags": {"owner": "them"}},
        replacing={"stageName": "another"},
        drift=_redirect_stage,
        drifted="deployment",
        needs=_deployment,
    ),
    TypeCase(
        type="aws:apigateway/methodSettings:MethodSettings",
        inputs={
            "methodPath": "*/*",
            "settings": {"throttlingRateLimit": 10.0, "throttlingBurstLimit": 20},
        },
        changes={"settings": {"throttlingRateLimit": 5.5, "throttlingBurstLimit": 7}},
        replacing={"methodPath": "items/GET"},
        drift=_let_more_in,
        drifted="settings",
        needs=_stage,
    ),
    TypeCase(
        type="aws:apigateway/response:Response",
        inputs={
            "responseType": "REQUEST_TOO_LARGE",
            "statusCode": "413",
            "responseTemplates": {"application/json": '{"code":413}'},
        },
        changes={"responseTemplates": {"application/json": '{"code":"413"}'}},
        replacing={"responseType": "THROTTLED"},
        drift=_refuse_otherwise,
        drifted="statusCode",
        needs=_api_by_id,
    ),
    TypeCase(
        type="aws:cloudwatch/eventRule:EventRule",
        inputs={"scheduleExpression": "rate(1 day)", "tags": {"owner": "us"}},
        changes={
            "scheduleExpression": "rate(2 days)",
            "description": "ours",
            "state": "DISABLED",
            "tags": {"owner": "them"},
        },
        replacing={"name": "another"},
        drift=_disable_rule,
        drifted="state",
        named_by="name",
    ),
    TypeCase(
        type="aws:cloudwatch/eventTarget:EventTarget",
        inputs={"arn": f"{_FUNCTION}:ours", "input": json.dumps({"hoist": "tick"})},
        changes={"arn": f"{_FUNCTION}:another", "input": json.dumps({"hoist": "tock"})},
        replacing={"rule": "another"},
        drift=_redirect_target,
        drifted="arn",
        needs=_rule,
        named_by="targetId",
    ),
)
