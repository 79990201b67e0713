"""The HTTP API as the commands see it: what is asked of it, and what it answers."""
