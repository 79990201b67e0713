"""The REST API: health has its own paths, every other one goes to the api function, and each of the
two functions does the rest of the routing, and lets in whom a token lets in.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import apigateway, lambda_

from components.site import Site

API = "api"
STAGE = "hoist"
"""The first part of every URL; the function sees paths without it."""
BY_IAM = "AWS_IAM"
"""Of POST /v1/tokens alone, where an IAM identity is exchanged for a token."""
BY_FUNCTION = "NONE"
"""IAM would not let a token through: the function has it checked before anything else."""
# Whoever has no token costs an invocation as well: so many a second are far above what a team with
# its pipelines does, whose commands ask about once a second while they follow a run, and leave most
# of an account's 1000 concurrent invocations, and of its 10000 requests a second, to others.
REQUESTS_PER_SECOND = 100.0
# What may come at once: a pipeline's many stacks, all started by the same push.
REQUESTS_AT_ONCE = 200
# With compression switched on a REST API also decompresses what it is sent: the Pulumi CLI sends
# its bodies so. Answers below this size would hardly shrink.
COMPRESSED_FROM_BYTES = 1024
# Answers to these may be bytes. It is what the Pulumi CLI says that it accepts: a state that would
# not fit into an answer of a function comes packed. What it sends is JSON, and stays text.
BINARY_ACCEPTS = ("application/vnd.pulumi+8", "application/vnd.pulumi+9")
# What the API itself says of a request that is too large, in the way that the Pulumi CLI reads: it
# sends a batch in smaller parts then.
TOO_LARGE = '{"code":413,"message":$context.error.messageString}'
# The longest that a REST API waits by default; the function's own timeout is the same.
TIMEOUT_MILLISECONDS = 29_000


@dataclass(frozen=True, slots=True)
class _Answer:
    """A method and what answers it."""

    method: apigateway.Method
    integration: apigateway.Integration

    @property
    def parts(self) -> list[pulumi.Output[str] | pulumi.Output[str | None]]:
        """All that a caller would notice of a change."""
        method = self.method
        return [
            method.resource_id,
            method.http_method,
            method.authorization,
            self.integration.uri,
        ]


class RestApi(pulumi.ComponentResource):
    """A regional REST API in front of two functions.

    Every request reaches one of them, which answers who has no token with 401; only who wants one
    must be allowed to by IAM. There is no access log: it needs a role that is set for a whole
    account and region, which is not Hoist's to set. The functions log what they answer, and what
    never comes to them (403 without a signature, 429) is in the API's metrics.
    """

    def __init__(self, site: Site, *, api: lambda_.Function, health: lambda_.Function) -> None:
        super().__init__("hoist:infra:RestApi", "rest-api")
        self._site = site
        self._api = apigateway.RestApi(
            "api",
            name=site.name(API),
            description=f"Hoist {site.environment}",
            endpoint_configuration={"types": "REGIONAL"},
            minimum_compression_size=str(COMPRESSED_FROM_BYTES),
            binary_media_types=list(BINARY_ACCEPTS),
            tags=site.tags,
            opts=site.inside(self),
        )
        root = self._api.root_resource_id
        whole = self._path("health", root, "health")
        ready, live = (self._path(f"health-{part}", whole, part) for part in ("ready", "live"))
        first = self._path("v1", root, "v1")
        tokens = self._path("tokens", first, "tokens")
        # Of the api's paths, each that is named has a greedy one below it: nothing promises that
        # API Gateway turns to a farther one where the beginning of a path is there.
        below = {"every-path": root, "v1-path": first, "tokens-path": tokens}
        answers = (
            self._answer("root", root, api),
            *(
                self._answer(name, self._path(name, parent, "{proxy+}"), api)
                for name, parent in below.items()
            ),
            self._answer("tokens", tokens, api),
            self._answer("new-token", tokens, api, method="POST", authorization=BY_IAM),
            self._answer("health", whole, health),
            self._answer("health-ready", ready, health),
            self._answer("health-live", live, health, method="GET"),
        )
        self.stage = self._deployed(answers, self._too_large())
        self._limit()
        self._permit("rest-api", api, requests="*")
        self._permit("rest-api-health", health, requests="*/health*")
        self.register_outputs({"url": self.stage.invoke_url})

    def _path(self, name: str, parent: pulumi.Input[str], path_part: str) -> pulumi.Output[str]:
        return apigateway.Resource(
            name,
            rest_api=self._api.id,
            parent_id=parent,
            path_part=path_part,
            opts=self._site.inside(self),
        ).id

    def _answer(
        self,
        name: str,
        path: pulumi.Input[str],
        function: lambda_.Function,
        *,
        method: str = "ANY",
        authorization: str = BY_FUNCTION,
    ) -> _Answer:
        answered = apigateway.Method(
            name,
            rest_api=self._api.id,
            resource_id=path,
            http_method=method,
            authorization=authorization,
            opts=self._site.inside(self),
        )
        integration = apigateway.Integration(
            name,
            rest_api=self._api.id,
            resource_id=path,
            http_method=answered.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
            timeout_milliseconds=TIMEOUT_MILLISECONDS,
            opts=self._site.inside(self),
        )
        return _Answer(answered, integration)

    def _too_large(self) -> apigateway.Response:
        return apigateway.Response(
            "too-large",
            rest_api_id=self._api.id,
            response_type="REQUEST_TOO_LARGE",
            status_code="413",
            response_templates={"application/json": TOO_LARGE},
            opts=self._site.inside(self),
        )

    def _deployed(
        self, answers: tuple[_Answer, ...], too_large: apigateway.Response
    ) -> apigateway.Stage:
        """A stage shows what was there when its deployment was made: a change needs a new one."""
        deployment = apigateway.Deployment(
            "api",
            rest_api=self._api.id,
            triggers={
                "answers": pulumi.Output.json_dumps([answer.parts for answer in answers]),
                "compressedFromBytes": str(COMPRESSED_FROM_BYTES),
                "binaryAccepts": " ".join(BINARY_ACCEPTS),
                "tooLarge": TOO_LARGE,
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*(answer.integration for answer in answers), too_large],
            ),
        )
        return apigateway.Stage(
            "api",
            rest_api=self._api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            tags=self._site.tags,
            opts=self._site.inside(self),
        )

    def _limit(self) -> None:
        apigateway.MethodSettings(
            "api",
            rest_api=self._api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings={
                "throttling_rate_limit": REQUESTS_PER_SECOND,
                "throttling_burst_limit": REQUESTS_AT_ONCE,
            },
            opts=self._site.inside(self),
        )

    def _permit(self, name: str, function: lambda_.Function, *, requests: str) -> None:
        lambda_.Permission(
            name,
            statement_id="rest-api",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            # Methods and paths of this stage, and nothing of any other API.
            source_arn=pulumi.Output.concat(self._api.execution_arn, f"/{STAGE}/{requests}"),
            opts=self._site.inside(self),
        )
