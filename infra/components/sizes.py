"""What each function gets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.functions import Function


@dataclass(frozen=True, slots=True)
class Size:
    """A function's limits. Its share of a processor grows with its memory."""

    memory_mb: int
    timeout_seconds: int
    disk_mb: int = 512


SIZES: Mapping[Function, Size] = {
    # API Gateway gives up after 29 seconds: nobody would hear a later answer.
    Function.API: Size(memory_mb=512, timeout_seconds=29),
    # The longest that Lambda allows; a run that needs longer is cut into slices. The disk holds a
    # program with its packages, and what it needs of provider plugins beside the image's own.
    Function.WORKER: Size(memory_mb=2048, timeout_seconds=900, disk_mb=2048),
    # Less than a minute, so that no look begins before the last one has ended.
    Function.HEALTH: Size(memory_mb=256, timeout_seconds=50),
    # A step asks a few services and servers, and gives each of them up after seconds; the longest
    # wait is for a new credential to be known everywhere.
    Function.ROTATION: Size(memory_mb=256, timeout_seconds=60),
}
