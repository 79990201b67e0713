"""The function that Secrets Manager calls."""

from rotation import wiring
from rotation.door import answer


def handle(event: object, context: object) -> None:
    """Do one step of a rotation. Nothing is answered; an error makes Secrets Manager try again."""
    answer(event, wiring.rotation)
