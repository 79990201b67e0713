"""How much a page of the audit holds: apart from the pages, for who only names it."""

ENTRIES_PER_PAGE = 200
"""An entry has less than 20 KB, and mostly less than one."""
HEADS_PER_PAGE = 50
"""Each is an object of its own to fetch."""
