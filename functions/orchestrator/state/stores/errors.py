"""What a store refuses, or cannot do until somebody changes its setup.

UsageError
  RefusedKeyError         a key, or a name in it, that not every store could hold
  RecordTooLargeError     a record above the size that every store can hold
EnvironmentFaultError
  StoreAccessError        the store knows us and says no, or does not know us
  StoreSetupError         the table, bucket or folder is missing or lacks a setting we need
"""

from hoist.errors import EnvironmentFaultError, UsageError


class RefusedKeyError(UsageError):
    """A key that not every store could hold."""

    code = "key_refused"


class RecordTooLargeError(UsageError):
    """A record above the size that every store can hold."""

    code = "record_too_large"


class StoreAccessError(EnvironmentFaultError):
    """The store refuses us: no permission, or no valid credentials."""

    code = "store_access_denied"


class StoreSetupError(EnvironmentFaultError):
    """The table, bucket or folder is missing or lacks a setting that Hoist relies on."""

    code = "store_setup"
