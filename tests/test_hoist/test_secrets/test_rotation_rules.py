"""Which schedules are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secrets.answers import RotationRulesShape
from hoist.secrets.refusals import RefusedError
from hoist.secrets.rotation_rules import rules_of, shape_of

GOOD: list[RotationRulesShape] = [
    {},
    {"AutomaticallyAfterDays": 1},
    {"AutomaticallyAfterDays": 1000, "Duration": "24h"},
    {"ScheduleExpression": "rate(4 hours)", "Duration": "3h"},
    {"ScheduleExpression": "rate(1 day)"},
    {"ScheduleExpression": "cron(0 8 * * ? *)", "Duration": "2h"},
    {"ScheduleExpression": "cron(0 8 1,15 * ? *)"},
    {"ScheduleExpression": "cron(0 0/4 ? * MON-FRI *)"},
    {"ScheduleExpression": "cron(0 16 ? * SUN#1 *)"},
    {"ScheduleExpression": "cron(0 0 L * ? *)"},
]
BAD: list[RotationRulesShape] = [
    {"AutomaticallyAfterDays": 0},
    {"AutomaticallyAfterDays": 1001},
    {"AutomaticallyAfterDays": 5, "ScheduleExpression": "rate(5 days)"},
    {"ScheduleExpression": ""},
    {"ScheduleExpression": "rate(3 hours)"},
    {"ScheduleExpression": "rate(1001 days)"},
    {"ScheduleExpression": "rate(5 minutes)"},
    {"ScheduleExpression": "rate(-4 hours)"},
    {"ScheduleExpression": "cron(30 8 * * ? *)"},
    {"ScheduleExpression": "cron(0 8 * * ? 2027)"},
    {"ScheduleExpression": "cron(0 8 * * * *)"},
    {"ScheduleExpression": "cron(0 8 ? * ? *)"},
    {"ScheduleExpression": "cron(0 8 * ? *)"},
    {"ScheduleExpression": "cron(0 $( * * ? *)"},
    {"ScheduleExpression": "rate(4 hours)", "Duration": "4h"},
    {"AutomaticallyAfterDays": 5, "Duration": "0h"},
    {"AutomaticallyAfterDays": 5, "Duration": "25h"},
    {"AutomaticallyAfterDays": 5, "Duration": "90m"},
]


@pytest.mark.parametrize("shape", GOOD, ids=str)
def test_good_rules_come_back(shape: RotationRulesShape) -> None:
    """Rules that can be kept are kept as they were sent."""
    assert shape_of(rules_of(shape)) == shape


@pytest.mark.parametrize("shape", BAD, ids=str)
def test_bad_rules_are_refused(shape: RotationRulesShape) -> None:
    """Rules that could never be kept are refused."""
    with pytest.raises(RefusedError):
        rules_of(shape)


@given(
    st.text(max_size=30)
    | st.from_regex(r"(rate|cron)\([0-9A-Za-z*?/,# LW-]{0,20}\)", fullmatch=True)
)
def test_any_expression_is_taken_or_refused(expression: str) -> None:
    """No expression is another error than a refusal."""
    try:
        rules = rules_of({"ScheduleExpression": expression})
    except RefusedError:
        return

    assert rules.schedule_expression == expression
