"""Hoist's own stack: reads the settings, joins the components, exports what others need."""

from collections.abc import Mapping

import pulumi

from components.access import Access
from components.alarm_rules import alarm_rules
from components.alarms import Alarms
from components.artifacts import Artifacts
from components.dashboard import Dashboard
from components.deployed_functions import FunctionMaker
from components.doorbell import Doorbell
from components.doorbell_answer import DoorbellAnswer
from components.environments import Environments
from components.function_code import FunctionCode, code_on_aws, code_on_emulator
from components.functions import Function
from components.health import Health
from components.layers import Layers
from components.logs import FunctionLogs
from components.lost_doorbells import LostDoorbells
from components.metrics import Metrics
from components.orchestrator import Orchestrator
from components.packages import AwsPackages, EmulatorPackages
from components.permissions import permissions_of
from components.permissions.estate import Estate
from components.rest_api import RestApi
from components.roles import FunctionRole
from components.rotation import Rotation, find_secrets
from components.settings import read_settings
from components.site import Site, find_place
from components.tables import Tables


def main() -> None:
    settings = read_settings(pulumi.Config("hoist"), stack=pulumi.get_stack())
    site = Site(
        environment=settings.environment, place=find_place(), protects_data=settings.protects_data
    )
    state, evidence = settings.state, settings.audit
    # First of all: what is not there ends the update before it has changed anything.
    secret_arns = find_secrets(settings.rotation)

    artifacts = Artifacts(site, key_arn=state.key_arn)
    tables = Tables(site, key_arn=state.key_arn)
    Access(site, table=tables.access, grants=settings.access)
    doorbell = Doorbell(site)
    logs = FunctionLogs(site, retention_days=settings.log_retention_days)

    estate = Estate(
        place=site.place,
        state_bucket_arn=site.place.bucket_arn(state.bucket),
        state_table_arn=site.place.arn("dynamodb", f"table/{state.table}"),
        encryption_key_arn=state.key_arn,
        artifacts_bucket_arn=artifacts.bucket.arn,
        runs_table_arn=tables.runs.arn,
        access_table_arn=tables.access.arn,
        audit_table_arn=tables.audit.arn,
        audit_bucket_arn=site.place.bucket_arn(evidence.bucket),
        signing_key_arn=evidence.signing_key_arn,
        doorbell_arn=doorbell.queue.arn,
        dead_doorbells_arn=doorbell.dead_letters.arn,
        secrets_arn=site.place.arn("secretsmanager", f"secret:hoist/{settings.environment}/*"),
        users_arn=site.place.user_arn(f"hoist/{settings.environment}/*"),
        rotation_is_in_vpc=settings.rotation.network is not None,
        function_arns=tuple(
            site.place.arn("lambda", f"function:{site.name(function)}") for function in Function
        ),
        log_group_arns=tuple(group.arn for group in logs.groups.values()),
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
    maker = FunctionMaker(site=site, code=code_of(settings.packages, site), roles=roles, logs=logs)
    environments = Environments(
        state=state, evidence=evidence, artifacts=artifacts, tables=tables, doorbell=doorbell
    )
    orchestrator = Orchestrator(maker, api=environments.api, worker=environments.worker)
    health = Health(
        maker, environment=environments.health, drift_after_days=settings.drift_after_days
    )
    rotation = Rotation(maker, settings.rotation, secret_arns=secret_arns)
    DoorbellAnswer(
        site,
        doorbell=doorbell,
        worker=orchestrator.worker,
        parallel_runs=settings.parallel_runs,
        is_emulated=isinstance(settings.packages, EmulatorPackages),
    )
    LostDoorbells(site, api=orchestrator.api)
    rest_api = RestApi(site, api=orchestrator.api, health=health.function)
    rules = list(alarm_rules(Metrics(site)))
    Alarms(site, rules, topic_arn=settings.alarm_topic_arn)
    Dashboard(site, rules)

    pulumi.export("environment", settings.environment)
    pulumi.export("stateBucket", state.bucket)
    pulumi.export("stateTable", state.table)
    pulumi.export("stateKeyArn", state.key_arn)
    pulumi.export("artifactsBucket", artifacts.bucket.bucket)
    pulumi.export("runsTable", tables.runs.name)
    pulumi.export("accessTable", tables.access.name)
    pulumi.export("auditTable", tables.audit.name)
    pulumi.export("auditBucket", evidence.bucket)
    pulumi.export("signingKeyArn", evidence.signing_key_arn)
    pulumi.export("doorbellUrl", doorbell.queue.url)
    pulumi.export("doorbellArn", doorbell.queue.arn)
    pulumi.export("deadDoorbellsUrl", doorbell.dead_letters.url)
    pulumi.export("apiUrl", rest_api.stage.invoke_url)
    pulumi.export("apiFunction", orchestrator.api.name)
    pulumi.export("workerFunction", orchestrator.worker.name)
    pulumi.export("healthFunction", health.function.name)
    pulumi.export("rotationFunction", rotation.function.name)
    pulumi.export("rotationFunctionArn", rotation.function.arn)
    pulumi.export("roleArns", {str(name): role.role.arn for name, role in roles.items()})
    pulumi.export("logGroups", {str(name): group.name for name, group in logs.groups.items()})


def code_of(
    packages: AwsPackages | EmulatorPackages, site: Site
) -> Mapping[Function, FunctionCode]:
    """What the functions run; on AWS the layers are made here."""
    if isinstance(packages, EmulatorPackages):
        return code_on_emulator(packages)
    return code_on_aws(packages, Layers(site, packages).arns)


main()
