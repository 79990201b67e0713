"""Errors of the bootstrap."""

from hoist.errors import EnvironmentFaultError


class BootstrapError(EnvironmentFaultError):
    """The bootstrap stack could not be brought to what its template says."""

    code = "bootstrap_failed"
