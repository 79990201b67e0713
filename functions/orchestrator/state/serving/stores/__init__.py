"""Backends of a bare CLI (a folder, a bucket that need not keep versions), and keys in a file."""
