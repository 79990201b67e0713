"""The rotation function in this process, over any store."""

import logging
from collections.abc import Mapping

from hoist.clock import Clock
from hoist.rotation_engine.seams import Handler
from rotation.choice import StrategyMakers
from rotation.door import answer
from rotation.rotation import Rotation
from rotation.versions import RotationClient, SecretVersions


def local_function(client: RotationClient, strategies: StrategyMakers, clock: Clock) -> Handler:
    """The function's own door, so that its errors are as safe as those that AWS keeps."""
    rotation = Rotation(versions=SecretVersions(client), strategies=strategies, clock=clock)
    # The command tells how it went; without a handler Python would print a bare word as well.
    logging.getLogger("rotation").addHandler(logging.NullHandler())

    def handle(event: Mapping[str, str], context: object) -> None:
        answer(event, lambda: rotation)

    return handle
