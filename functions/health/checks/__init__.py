"""The checks: one file each, whose `make(site)` gives the check. A new file is a new check."""
