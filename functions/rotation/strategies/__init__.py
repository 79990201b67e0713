"""One file per kind of credential."""
