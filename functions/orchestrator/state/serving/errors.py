"""Errors of serving a store on this machine, and of moving stacks in and out.

EnvironmentFaultError
  ServingPortError        the port cannot be had
UsageError
  AccessTokenFileError    the file with a store's access token is not one to trust
  BackendAddressError     the address names no backend
  BackendLayoutError      no backend is there, or one of an older layout
StateConflictError
  StackLockedError        somebody works on the stack where it is
  StackDiffersError       a stack of that name is there, with another state
"""

from hoist.errors import EnvironmentFaultError, UsageError
from orchestrator.state.errors import StateConflictError


class ServingPortError(EnvironmentFaultError):
    """The port cannot be had."""

    code = "serving_port"


class AccessTokenFileError(UsageError):
    """The file with a store's access token is not one to trust."""

    code = "access_token_file"


class BackendAddressError(UsageError):
    """The address names no backend that stacks can be moved from or to."""

    code = "backend_address"


class BackendLayoutError(UsageError):
    """No backend of a Pulumi CLI is there, or one of an older layout."""

    code = "backend_layout"


class StackLockedError(StateConflictError):
    """Somebody works on the stack where it is."""

    code = "stack_locked"


class StackDiffersError(StateConflictError):
    """A stack of that name is there, and its state is another one."""

    code = "stack_differs"
