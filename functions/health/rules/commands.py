"""Commands for a person's shell, quoted so that any name can be pasted."""

import shlex
from datetime import datetime

from health.metrics.log_groups import log_group
from health.metrics.query import MetricQuery


def aws_command(*words: object) -> str:
    return shlex.join(["aws", *map(str, words)])


def commands_of(*queries: MetricQuery) -> str:
    """Each query's own command, one after the other."""
    return " && ".join(query.command for query in queries)


def log_command(function: str, *, since: datetime, pattern: str) -> str:
    """Shows the lines of a function's log that match."""
    return aws_command(
        *("logs", "filter-log-events", "--log-group-name", log_group(function)),
        *("--start-time", int(since.timestamp() * 1000), "--filter-pattern", pattern),
    )


def configure_function(function: str, option: str, value: int) -> str:
    return aws_command(
        "lambda", "update-function-configuration", "--function-name", function, option, value
    )
