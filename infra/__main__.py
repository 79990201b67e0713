"""Hoist's own stack: reads the settings, joins the components, exports what others need."""

import pulumi

from components.artifacts import Artifacts
from components.doorbell import Doorbell
from components.functions import Function
from components.keys import SigningKey
from components.logs import FunctionLogs
from components.permissions import permissions_of
from components.permissions.estate import Estate
from components.roles import FunctionRole
from components.settings import read_settings
from components.site import Site, find_place
from components.tables import Tables


def main() -> None:
    settings = read_settings(pulumi.Config("hoist"), stack=pulumi.get_stack())
    site = Site(
        environment=settings.environment, place=find_place(), protects_data=settings.protects_data
    )

    artifacts = Artifacts(site, key_arn=settings.state.key_arn)
    tables = Tables(site, key_arn=settings.state.key_arn)
    signing_key = SigningKey(site)
    doorbell = Doorbell(site)
    logs = FunctionLogs(site, retention_days=settings.log_retention_days)

    estate = Estate(
        place=site.place,
        state_bucket_arn=site.place.bucket_arn(settings.state.bucket),
        state_table_arn=site.place.arn("dynamodb", f"table/{settings.state.table}"),
        encryption_key_arn=settings.state.key_arn,
        artifacts_bucket_arn=artifacts.bucket.arn,
        runs_table_arn=tables.runs.arn,
        audit_table_arn=tables.audit.arn,
        signing_key_arn=signing_key.key.arn,
        doorbell_arn=doorbell.queue.arn,
        dead_doorbells_arn=doorbell.dead_letters.arn,
        secrets_arn=site.place.arn("secretsmanager", f"secret:hoist/{settings.environment}/*"),
    )
    roles = {
        function: FunctionRole(
            site,
            function,
            log_group_arn=logs.groups[function].arn,
            permissions=permissions_of(function, estate),
        )
        for function in Function
    }

    pulumi.export("environment", settings.environment)
    pulumi.export("stateBucket", settings.state.bucket)
    pulumi.export("stateTable", settings.state.table)
    pulumi.export("stateKeyArn", settings.state.key_arn)
    pulumi.export("artifactsBucket", artifacts.bucket.bucket)
    pulumi.export("runsTable", tables.runs.name)
    pulumi.export("auditTable", tables.audit.name)
    pulumi.export("signingKeyArn", signing_key.key.arn)
    pulumi.export("doorbellUrl", doorbell.queue.url)
    pulumi.export("doorbellArn", doorbell.queue.arn)
    pulumi.export("deadDoorbellsUrl", doorbell.dead_letters.url)
    pulumi.export("roleArns", {str(name): role.role.arn for name, role in roles.items()})
    pulumi.export("logGroups", {str(name): group.name for name, group in logs.groups.items()})


main()
