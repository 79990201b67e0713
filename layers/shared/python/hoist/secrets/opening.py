"""The file store that the settings describe."""

from pathlib import Path

from hoist.aws import Aws
from hoist.clock import Clock
from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyUnavailableError
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import master_keys_in_file
from hoist.secrets.kms_master_keys import KmsMasterKeys
from hoist.secrets.master_keys import MasterKeys
from hoist.secrets.passphrase import master_keys_of_passphrase
from hoist.secrets.private_files import read_private_file
from hoist.secrets.settings import MasterKeyKind, SecretStoreSettings


def open_file_store(settings: SecretStoreSettings, *, clock: Clock, aws: Aws) -> FileSecretStore:
    """The store; `aws` is asked only for a master key in KMS.

    Raises MasterKeyUnavailableError for a passphrase that cannot be read; other keys are fetched,
    and checked, when the first value is.
    """
    return FileSecretStore(
        settings.directory, _master_keys(settings, aws), clock=clock, place=settings.place
    )


def _master_keys(settings: SecretStoreSettings, aws: Aws) -> MasterKeys:
    match settings.key_kind:
        case MasterKeyKind.KEY_FILE:
            return master_keys_in_file(Path(settings.key))
        case MasterKeyKind.PASSPHRASE_FILE:
            return master_keys_of_passphrase(
                _passphrase_in(Path(settings.key)),
                parameters_file=settings.directory / "scrypt.json",
            )
        case MasterKeyKind.KMS_KEY:
            return KmsMasterKeys(aws.kms(), settings.key)


def _passphrase_in(path: Path) -> Secret:
    try:
        return Secret(read_private_file(path).decode().strip("\r\n"))
    except UnicodeDecodeError:
        # Without the cause, which quotes the passphrase.
        raise MasterKeyUnavailableError(
            f"{path} does not hold a passphrase in UTF-8.", way_out="Write it again."
        ) from None
