"""Errors of run events.

UsageError
  EventCursorError     a cursor that no page of events gave
"""

from hoist.errors import UsageError


class EventCursorError(UsageError):
    """The cursor is none that a page of events gave."""

    code = "event_cursor_invalid"
