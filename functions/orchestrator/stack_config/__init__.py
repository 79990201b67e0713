"""The config of a stack: what its program is told."""
