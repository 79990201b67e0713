"""Errors of the audit.

HoistError
  AuditBusyError         the chain is appended to faster than one writer gets a turn
  AuditDamagedError      a stored entry or head is not what anybody wrote
UsageError
  AuditFileError         the export cannot be read, or not be written
"""

from hoist.errors import HoistError, UsageError
from orchestrator.state.errors import StateConflictError


class AuditBusyError(StateConflictError):
    """A chain of the audit is appended to too fast."""

    code = "audit_busy"


class AuditDamagedError(HoistError):
    """An entry or a head of the audit is not what anybody wrote."""

    code = "audit_damaged"


class AuditFileError(UsageError):
    """An export of the audit cannot be read or written."""

    code = "audit_file"
