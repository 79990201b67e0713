"""A PostgreSQL server of one's own for a while, on loopback and with TLS."""
