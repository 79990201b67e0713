"""The alarms, and whom they tell."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from components.alarm_rules import AlarmRule
from components.site import Site


class Alarms(pulumi.ComponentResource):
    """One alarm for each rule. Without a topic they only change their colour."""

    def __init__(self, site: Site, rules: Sequence[AlarmRule], *, topic_arn: str | None) -> None:
        super().__init__("hoist:infra:Alarms", "alarms")
        topics = [topic_arn] if topic_arn else None
        for rule in rules:
            metric = rule.metric
            cloudwatch.MetricAlarm(
                rule.name,
                name=site.name(rule.name),
                alarm_description=f"Hoist {site.environment}: {rule.because}",
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions={metric.dimension: metric.value},
                statistic=rule.statistic,
                period=rule.period_seconds,
                evaluation_periods=rule.periods,
                datapoints_to_alarm=rule.breaches,
                threshold=rule.threshold,
                comparison_operator=_comparison(rule),
                treat_missing_data=rule.silence,
                alarm_actions=topics,
                ok_actions=topics,
                tags=site.tags,
                opts=site.inside(self),
            )
        self.register_outputs({})


def _comparison(rule: AlarmRule) -> str:
    return "LessThanThreshold" if rule.is_too_low else "GreaterThanOrEqualToThreshold"
