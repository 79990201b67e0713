"""What is wrong with the machine's side of a file store; its answers are in refusals.py.

EnvironmentFaultError
  MasterKeyUnavailableError    the key cannot be had: no file, not private, KMS refuses
  MasterKeyMismatchError       the value was written under another key than the one given
  SecretFileDamagedError       a file is not what the store wrote
  SecretStoreUnavailableError  the file system failed
"""

from hoist.errors import EnvironmentFaultError


class MasterKeyUnavailableError(EnvironmentFaultError):
    """The master key cannot be had."""

    code = "master_key_unavailable"


class MasterKeyMismatchError(EnvironmentFaultError):
    """The secret was written under another master key than those given."""

    code = "master_key_mismatch"


class SecretFileDamagedError(EnvironmentFaultError):
    """A file of the store is not what the store wrote."""

    code = "secret_file_damaged"


class SecretStoreUnavailableError(EnvironmentFaultError):
    """The file system did not read or write the store."""

    code = "secret_store_unavailable"
