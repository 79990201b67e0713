"""Alarms on one metric, and dashboards: aws:cloudwatch/metricAlarm:MetricAlarm and
aws:cloudwatch/dashboard:Dashboard.
"""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping, removed
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties

_ALARM = (
    Field("alarmDescription", "AlarmDescription"),
    Field("namespace", "Namespace"),
    Field("metricName", "MetricName"),
    Field("statistic", "Statistic"),
    Field("period", "Period"),
    Field("evaluationPeriods", "EvaluationPeriods"),
    Field("datapointsToAlarm", "DatapointsToAlarm"),
    Field("threshold", "Threshold"),
    Field("comparisonOperator", "ComparisonOperator"),
    Field("treatMissingData", "TreatMissingData"),
    Field("actionsEnabled", "ActionsEnabled"),
    Field("alarmActions", "AlarmActions"),
    Field("okActions", "OKActions"),
)


class _Alarms:
    def __init__(self, clients: Clients) -> None:
        self._cloudwatch = clients.cloudwatch()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        # CloudWatch writes over the one that is there.
        if self._find(name) is not None:
            raise ResourceRefusedError(
                f"the alarm {name} exists already", way_out="import it, or choose another name"
            )
        self._put(name, inputs)
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if changed - {"tags"}:
            self._put(resource_id, inputs)
        if "tags" in changed:
            # Those of a put are for a new alarm only.
            self._set_tags(self._find(resource_id)["AlarmArn"], inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        found = self._find(resource_id)
        if found is None:
            return None
        return {
            "alarmDescription": "",
            "datapointsToAlarm": 0,
            **from_aws(_ALARM, found),
            "name": resource_id,
            "region": self._region,
            "arn": found["AlarmArn"],
            "dimensions": as_mapping(found["Dimensions"], key="Name"),
            "tags": self._tags(found["AlarmArn"]),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._cloudwatch.delete_alarms(AlarmNames=[resource_id]))

    def _find(self, name: str) -> Any:
        answer = self._cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])
        return next(iter(answer["MetricAlarms"]), None)

    def _put(self, name: str, inputs: Properties) -> None:
        request = to_aws(_ALARM, inputs)
        # 0 is none: all of the periods.
        if not request["DatapointsToAlarm"]:
            del request["DatapointsToAlarm"]
        self._cloudwatch.put_metric_alarm(
            AlarmName=name, Dimensions=as_list(inputs["dimensions"], key="Name"), **request
        )

    def _tags(self, arn: str) -> dict[str, str]:
        answer = self._cloudwatch.list_tags_for_resource(ResourceARN=arn)
        return as_mapping(answer["Tags"])

    def _set_tags(self, arn: str, tags: dict[str, str]) -> None:
        gone = removed(self._tags(arn), tags)
        if gone:
            self._cloudwatch.untag_resource(ResourceARN=arn, TagKeys=gone)
        if tags:
            self._cloudwatch.tag_resource(ResourceARN=arn, Tags=as_list(tags))


METRIC_ALARM = ResourceType(
    token="aws:cloudwatch/metricAlarm:MetricAlarm",
    operations=_Alarms,
    inputs=(
        Input("name", replaces=True),
        Input("alarmDescription", default=""),
        Input("namespace", required=True),
        Input("metricName", required=True),
        Input("dimensions", default={}),
        Input("statistic", required=True),
        Input("period", required=True),
        Input("evaluationPeriods", required=True),
        Input("datapointsToAlarm", default=0),
        Input("threshold", required=True),
        Input("comparisonOperator", required=True),
        Input("treatMissingData", default="missing"),
        Input("actionsEnabled", default=True),
        Input("alarmActions", default=[], form=Form.SET),
        Input("okActions", default=[], form=Form.SET),
        REGION,
        TAGS,
    ),
    computed=("arn",),
    naming=NamingRule(max_length=255, prefix_property=""),
    identity=("name",),
    derived={"arn": "name"},
)


class _Dashboards:
    def __init__(self, clients: Clients) -> None:
        self._cloudwatch = clients.cloudwatch()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["dashboardName"]
        # CloudWatch writes over the one that is there.
        if self._find(name) is not None:
            raise ResourceRefusedError(
                f"the dashboard {name} exists already", way_out="import it, or choose another name"
            )
        self._put(name, inputs)
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        self._put(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        found = self._find(resource_id)
        if found is None:
            return None
        return {
            "dashboardName": resource_id,
            "dashboardBody": found["DashboardBody"],
            "dashboardArn": found["DashboardArn"],
            "region": self._region,
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._cloudwatch.delete_dashboards(DashboardNames=[resource_id]))

    def _find(self, name: str) -> Any:
        return if_there(lambda: self._cloudwatch.get_dashboard(DashboardName=name))

    def _put(self, name: str, inputs: Properties) -> None:
        self._cloudwatch.put_dashboard(DashboardName=name, DashboardBody=inputs["dashboardBody"])


DASHBOARD = ResourceType(
    token="aws:cloudwatch/dashboard:Dashboard",
    operations=_Dashboards,
    inputs=(
        Input("dashboardName", required=True, replaces=True),
        Input("dashboardBody", required=True, form=Form.JSON_TEXT),
        REGION,
    ),
    computed=("dashboardArn",),
    identity=("dashboardName",),
    derived={"dashboardArn": "dashboardName"},
)

TYPES = (METRIC_ALARM, DASHBOARD)
