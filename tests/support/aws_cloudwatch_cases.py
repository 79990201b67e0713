"""Cases of alarms and dashboards, for the contract of the emulator's `aws` provider."""

import json

from aws_type_cases import TypeCase
from local.provider.aws.clients import Clients
from local.provider.values import Properties
from plugin_client import Deployed, PluginClient

_TOPIC = "arn:aws:sns:us-east-1:111122223333"


def _dashboard(text: str) -> str:
    widget = {"type": "text", "width": 24, "height": 2, "properties": {"markdown": text}}
    return json.dumps({"widgets": [widget]})


def _dashboard_name(_client: PluginClient, _clients: Clients, name: str) -> Properties:
    return {"dashboardName": name}


def _tolerate_more(clients: Clients, made: Deployed) -> None:
    [alarm] = clients.cloudwatch().describe_alarms(AlarmNames=[made.id])["MetricAlarms"]
    told = {"Statistic", "Period", "EvaluationPeriods", "ComparisonOperator", "Dimensions"}
    clients.cloudwatch().put_metric_alarm(
        AlarmName=made.id,
        Namespace=alarm["Namespace"],
        MetricName=alarm["MetricName"],
        Threshold=1000,
        **{name: alarm[name] for name in told},
    )


def _write_over(clients: Clients, made: Deployed) -> None:
    clients.cloudwatch().put_dashboard(DashboardName=made.id, DashboardBody=_dashboard("theirs"))


CLOUDWATCH_CASES = (
    TypeCase(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs={
            "namespace": "AWS/Lambda",
            "metricName": "Errors",
            "dimensions": {"FunctionName": "ours"},
            "statistic": "Sum",
            "period": 300,
            "evaluationPeriods": 4,
            "datapointsToAlarm": 1,
            "threshold": 1,
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "treatMissingData": "notBreaching",
            "tags": {"owner": "us"},
        },
        changes={
            "alarmDescription": "ours",
            "metricName": "Throttles",
            "dimensions": {"FunctionName": "another"},
            "statistic": "Maximum",
            "period": 60,
            "evaluationPeriods": 2,
            "datapointsToAlarm": 2,
            "threshold": 0.5,
            "comparisonOperator": "LessThanThreshold",
            "treatMissingData": "breaching",
            "actionsEnabled": False,
            "alarmActions": [f"{_TOPIC}:first", f"{_TOPIC}:second"],
            "okActions": [f"{_TOPIC}:first"],
            "tags": {"owner": "them"},
        },
        replacing={"name": "another"},
        drift=_tolerate_more,
        drifted="threshold",
        named_by="name",
    ),
    TypeCase(
        type="aws:cloudwatch/dashboard:Dashboard",
        inputs={"dashboardBody": _dashboard("ours")},
        changes={"dashboardBody": _dashboard("ours, and another's")},
        replacing={"dashboardName": "another"},
        drift=_write_over,
        drifted="dashboardBody",
        needs=_dashboard_name,
    ),
)
