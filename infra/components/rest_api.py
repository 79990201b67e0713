"""The REST API: every path and method goes to the api function, which does the routing."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import apigateway, lambda_

from components.site import Site

API = "api"
STAGE = "hoist"
"""The first part of every URL; the function sees paths without it."""
AUTHORIZATION = "AWS_IAM"
# With compression switched on a REST API also decompresses what it is sent: the Pulumi CLI sends
# its bodies so. Answers below this size would hardly shrink.
COMPRESSED_FROM_BYTES = 1024
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
    """A regional REST API in front of one function.

    Whoever calls it must be allowed to by IAM: the function has no authority of its own to check
    yet, and an API that anybody may call must not exist for a moment. There is no access log, since
    it would need a role for the whole account; the function logs what it answers.
    """

    def __init__(self, site: Site, *, function: lambda_.Function) -> None:
        super().__init__("hoist:infra:RestApi", "rest-api")
        self._site = site
        self._function = function
        self._api = apigateway.RestApi(
            "api",
            name=site.name(API),
            description=f"Hoist {site.environment}",
            endpoint_configuration={"types": "REGIONAL"},
            minimum_compression_size=str(COMPRESSED_FROM_BYTES),
            tags=site.tags,
            opts=site.inside(self),
        )
        every_path = apigateway.Resource(
            "every-path",
            rest_api=self._api.id,
            parent_id=self._api.root_resource_id,
            path_part="{proxy+}",
            opts=site.inside(self),
        )
        answers = (
            self._answer("root", self._api.root_resource_id),
            self._answer("every-path", every_path.id),
        )
        self.stage = self._deployed(answers)
        self._permit()
        self.register_outputs({"url": self.stage.invoke_url})

    def _answer(self, name: str, path: pulumi.Input[str]) -> _Answer:
        method = apigateway.Method(
            name,
            rest_api=self._api.id,
            resource_id=path,
            http_method="ANY",
            authorization=AUTHORIZATION,
            opts=self._site.inside(self),
        )
        integration = apigateway.Integration(
            name,
            rest_api=self._api.id,
            resource_id=path,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=self._function.invoke_arn,
            timeout_milliseconds=TIMEOUT_MILLISECONDS,
            opts=self._site.inside(self),
        )
        return _Answer(method, integration)

    def _deployed(self, answers: tuple[_Answer, ...]) -> apigateway.Stage:
        """A stage shows what was there when its deployment was made: a change needs a new one."""
        deployment = apigateway.Deployment(
            "api",
            rest_api=self._api.id,
            triggers={
                "answers": pulumi.Output.json_dumps([answer.parts for answer in answers]),
                "compressedFromBytes": str(COMPRESSED_FROM_BYTES),
            },
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[answer.integration for answer in answers]
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

    def _permit(self) -> None:
        lambda_.Permission(
            "rest-api",
            statement_id="rest-api",
            action="lambda:InvokeFunction",
            function=self._function.name,
            principal="apigateway.amazonaws.com",
            # Any method and path of this stage, and nothing of any other API.
            source_arn=pulumi.Output.concat(self._api.execution_arn, f"/{STAGE}/*"),
            opts=self._site.inside(self),
        )
