"""How long an issuer asks its callers to wait."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNTOLD_SECONDS = 1.0


def pause_seconds(retry_after: str, now: datetime) -> float:
    """From a Retry-After header, whichever of its two forms it has; a second if it has neither."""
    text = retry_after.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return _UNTOLD_SECONDS
    # A date without a zone is in UTC.
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
