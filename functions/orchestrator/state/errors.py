"""Errors of the state service.

HoistError
  StoreUnavailableError     the store did not answer; nothing is known of the last write
  StateConflictError        somebody else was first
    RecordChangedError        the record's revision moved
    ObjectChangedError        the object's etag moved
    SlotTakenError            the log's slot is taken
    LogGapError               the slot before is still free
    UpdateInProgressError     another update of this stack is open
    StackExistsError          a stack of that name exists
    StackNotEmptyError        the stack still has resources
    NotConflictedError        the stack has no conflict, or none any more
  UpdateLostError           this update was taken over or has ended: its writer must stop
  StackNotFoundError        no such stack
  UpdateNotFoundError       no such update
  BadRequestError           the request does not follow the protocol
    JournalEntryError         a journal entry that cannot be accepted
  CorruptStateError         what is stored does not add up; a person must look
"""

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class StoreUnavailableError(EnvironmentFaultError):
    """The store did not answer, or answered with an error that is not the caller's."""

    code = "store_unavailable"


class StateConflictError(HoistError):
    """Somebody else was first."""

    code = "state_conflict"


class RecordChangedError(StateConflictError):
    """The record's revision is not the expected one."""

    code = "record_changed"


class ObjectChangedError(StateConflictError):
    """The object's etag is not the expected one."""

    code = "object_changed"


class SlotTakenError(StateConflictError):
    """The log's slot is taken."""

    code = "slot_taken"


class LogGapError(StateConflictError):
    """The slot before the wanted one is still free."""

    code = "log_gap"


class UpdateInProgressError(StateConflictError):
    """Another update of this stack is open."""

    code = "update_in_progress"


class StackExistsError(StateConflictError):
    """A stack of that name exists."""

    code = "stack_exists"


class StackNotEmptyError(StateConflictError):
    """The stack still has resources."""

    code = "stack_not_empty"


class NotConflictedError(StateConflictError):
    """The stack has no conflict, or none any more."""

    code = "stack_not_conflicted"


class UpdateLostError(HoistError):
    """This update was taken over, was cancelled or has ended: its writer must stop."""

    code = "update_lost"


class StackNotFoundError(UsageError):
    """There is no such stack."""

    code = "stack_not_found"


class UpdateNotFoundError(UsageError):
    """There is no such update."""

    code = "update_not_found"


class BadRequestError(UsageError):
    """The request does not follow the protocol."""

    code = "bad_request"


class JournalEntryError(BadRequestError):
    """A journal entry that cannot be accepted."""

    code = "journal_entry_refused"


class CorruptStateError(HoistError):
    """What is stored does not add up; a person must look."""

    code = "corrupt_state"
