"""Errors of what only these commands do with a server; the others are in hoist.cli.server.

HoistError
  EnvironmentFaultError
    ProgramUploadError   the program could not be stored
"""

from hoist.errors import EnvironmentFaultError


class ProgramUploadError(EnvironmentFaultError):
    """The program could not be stored."""

    code = "program_upload"
