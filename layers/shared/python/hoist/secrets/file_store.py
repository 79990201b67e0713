"""Secrets Manager in a directory: an encrypted file per secret, and the same answers.

Labels, tags and policies stand in the files in clear, as they do for whoever may describe a
secret: who can write to the directory can move a label or restore an old file, but neither read a
value nor make one. The directory must be on a local file system (flock, fsync).
"""

from collections.abc import Callable
from pathlib import Path

from hoist.clock import Clock
from hoist.secrets.description_operations import DescriptionOperations
from hoist.secrets.disk import Disk, WriteStep, carry_on
from hoist.secrets.files import SecretFiles
from hoist.secrets.identity import NOWHERE, Place
from hoist.secrets.lifecycle_operations import LifecycleOperations
from hoist.secrets.master_keys import MasterKeys
from hoist.secrets.repository import SecretRepository
from hoist.secrets.store_context import StoreContext
from hoist.secrets.value_operations import ValueOperations
from hoist.secrets.values import SecretValues


def any_function(function_arn: str) -> bool:
    """Whether a rotation function may be called, for a store that calls none: always."""
    return bool(function_arn)


class FileSecretStore(ValueOperations, LifecycleOperations, DescriptionOperations):
    """A SecretsClient over files. Any number of threads and processes may share a directory.

    It keeps what rotation needs and calls no function: `rotate_secret` stores function, rules and
    the pending version, and a rotation engine does the rest. `may_invoke` says which functions
    that engine could call; others are refused. NextRotationDate is the engine's as well.

    `on_step` is called between the steps of a write, so that a test can end the process there.
    """

    def __init__(
        self,
        directory: Path,
        keys: MasterKeys,
        *,
        clock: Clock,
        place: Place = NOWHERE,
        may_invoke: Callable[[str], bool] = any_function,
        on_step: Callable[[WriteStep], None] = carry_on,
    ) -> None:
        disk = Disk(directory, on_step=on_step)
        secrets = SecretRepository(SecretFiles(directory, disk), disk, place=place, clock=clock)
        super().__init__(StoreContext(secrets, SecretValues(keys), clock, place, may_invoke))

    def reseal_all(self) -> int:
        """Put every value under the present master key; gives how many secrets that changed.

        The keys are a KeyRing with the old one. A run that was interrupted is finished by the
        next; the old key may go when one gives 0.
        """
        self._secrets.sweep()
        return sum(
            self._secrets.annotate(secret, self._values.resealed)
            for secret in self._secrets.all(with_scheduled=True)
        )
