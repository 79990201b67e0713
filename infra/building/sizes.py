"""What Lambda takes; checked here, since AWS would refuse it only at the end of a deployment."""

from collections.abc import Sequence

from building.build import StagedTree
from building.errors import ArtifactTooLargeError

# "Lambda quotas" in AWS's developer guide: 250 MB (binary ones) unzipped, with all layers.
UNZIPPED_LIMIT_BYTES = 250 * 1024 * 1024


def check_size(
    function: StagedTree,
    layers: Sequence[StagedTree] = (),
    *,
    limit_bytes: int = UNZIPPED_LIMIT_BYTES,
) -> None:
    """Raises ArtifactTooLargeError if function and layers together are too large."""
    size_bytes = function.size_bytes + sum(layer.size_bytes for layer in layers)
    if size_bytes > limit_bytes:
        raise ArtifactTooLargeError(
            function.artifact.name, size_bytes=size_bytes, limit_bytes=limit_bytes
        )
