"""Errors of uploads.

HoistError
  UsageError
    ProgramNotUploadedError   no such program; ProgramTooLargeError is the engine's own
    ProgramNameError          a digest that names no program, or a size that none can have
  ProgramDamagedError         what is stored under a digest is not what it names
"""

from hoist.errors import HoistError, UsageError


class ProgramNotUploadedError(UsageError):
    """The program was not uploaded, or not completely."""

    code = "program_not_uploaded"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"the program {digest} is not there",
            way_out="ask POST /v1/programs where to upload it, do so, then ask for the run again",
        )
        self.digest = digest


class ProgramNameError(UsageError):
    """A digest or a size that no program has."""

    code = "program_name_invalid"


class ProgramDamagedError(HoistError):
    """What is stored under a program's digest is not what the digest names."""

    code = "program_damaged"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"what is stored as program {digest} has another SHA-256",
            way_out="find out who changed it; its earlier version is kept by the bucket",
        )
        self.digest = digest
