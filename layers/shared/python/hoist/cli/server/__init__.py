"""A Hoist server as a client sees it: where it is, and how it is asked."""
