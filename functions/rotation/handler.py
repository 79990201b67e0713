"""The function that Secrets Manager calls."""

from hoist.runtime.observed import observed
from rotation import wiring
from rotation.door import answer


@observed
def handle(event: object, context: object) -> None:
    """Do one step of a rotation. Nothing is answered; an error makes Secrets Manager try again."""
    answer(event, wiring.rotation)
