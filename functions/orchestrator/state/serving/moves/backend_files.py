"""What is asked of the backend of a bare CLI: files by key, under `.pulumi/`."""

from collections.abc import Iterator
from typing import Protocol


class BackendFiles(Protocol):
    """Files. Every method raises StoreUnavailableError when there is no answer."""

    def read(self, key: str) -> bytes | None:
        """The whole file; None when there is none."""
        ...

    def write_new(self, key: str, body: bytes) -> None:
        """Write a file that is not there yet, whole or not at all.

        Raises ObjectChangedError if it is there.
        """
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Keys that start with `prefix`, in order."""
        ...
