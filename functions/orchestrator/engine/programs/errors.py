"""Errors of programs.

HoistError
  ProgramError                  the caller can mend it: a UsageError
    ProgramInvalidError           the directory or the archive is not a program Hoist can run
    ProgramTooLargeError          it exceeds a limit
    ProgramDigestError            the archive does not hold what its digest names
    RuntimeNotSupportedError      the worker has no host for the program's language
    DependencyNotPinnedError      the requirements leave open what would be installed
    DependencyNotInstalledError   pip could not install what they pin
    PulumiVersionError            they want another Pulumi SDK than the worker's
  ProgramStorageError           the disk refused: an EnvironmentFaultError
"""

from hoist.errors import EnvironmentFaultError, UsageError


class ProgramError(UsageError):
    """The program cannot be taken as it is."""

    code = "program_error"


class ProgramInvalidError(ProgramError):
    """The directory or the archive is not a program that Hoist can run."""

    code = "program_invalid"


class ProgramTooLargeError(ProgramError):
    """The program exceeds a limit."""

    code = "program_too_large"


class ProgramDigestError(ProgramError):
    """The archive does not hold the files that its digest names."""

    code = "program_digest_mismatch"


class RuntimeNotSupportedError(ProgramError):
    """The worker has no host for the program's language."""

    code = "runtime_not_supported"

    def __init__(self, runtime: str) -> None:
        super().__init__(
            f"the program's runtime is {runtime!r}, and the worker has no host for it",
            way_out="Set `runtime: python` and write the program in Python, or deploy this "
            "project with the pulumi command from a machine that has its language installed.",
        )
        self.runtime = runtime


class DependencyNotPinnedError(ProgramError):
    """The requirements leave open what would be installed."""

    code = "dependency_not_pinned"


class DependencyNotInstalledError(ProgramError):
    """pip could not install what the requirements pin."""

    code = "dependency_not_installed"


class PulumiVersionError(ProgramError):
    """The requirements want another Pulumi SDK than the one the worker runs."""

    code = "pulumi_version_differs"

    def __init__(self, *, wanted: str, worker_version: str) -> None:
        super().__init__(
            f"the program asks for pulumi{wanted}, and the worker runs pulumi {worker_version}",
            way_out=f"Write pulumi=={worker_version} in requirements.txt: the SDK and the engine "
            "belong together, so a program cannot bring an SDK of its own.",
        )
        self.wanted = wanted
        self.worker_version = worker_version


class ProgramStorageError(EnvironmentFaultError):
    """The disk refused to take the program."""

    code = "program_storage"
