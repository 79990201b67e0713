"""The HTTP API as a client sees it: where it is, how it is asked, and what it answers."""
