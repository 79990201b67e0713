"""How long the checks of one invocation may take."""

# The rest is for what comes after the checks: findings, report, metrics.
SHARE_FOR_CHECKS = 0.6
LONGEST_SECONDS = 20.0


def budget_seconds(time_left_seconds: float) -> float:
    """Of the time that an invocation has left; never negative."""
    return max(0.0, min(time_left_seconds * SHARE_FOR_CHECKS, LONGEST_SECONDS))
