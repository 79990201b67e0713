"""An observed function for tests, which Lambda's runtime client runs."""

from typing import Any

from hoist.runtime.observed import observed


@observed
def handle(event: Any, _: object) -> Any:
    """Gives back what came, or fails when told to."""
    if event == "fail":
        raise LookupError("of the handler")
    return event
