"""The program of a run, as the API has stored it.

Uploads are named by the hash of their zip; the engine room names a program by the hash of what is
in it, and checks that once more when it unpacks.
"""

import zipfile
from typing import Protocol

from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.programs.errors import ProgramTooLargeError
from orchestrator.engine.programs.layout import MALFORMED, is_executable, malformed, open_archive
from orchestrator.engine.programs.limits import DEFAULT_LIMITS
from orchestrator.engine.programs.manifest import FileFacts, program_digest


class StoredPrograms(Protocol):
    """Programs that were admitted; an `orchestrator.uploads.programs.ProgramStore` has them."""

    def read(self, digest: str) -> bytes:
        """The zip, hashed again. Raises HoistError if it is not there, or is not what it was."""
        ...


def stored_program(programs: StoredPrograms, digest: str) -> ProgramArchive:
    """The program with this digest of its zip. Raises what `read` does, and ProgramError."""
    body = programs.read(digest)
    archive = open_archive(body, DEFAULT_LIMITS)
    entries = archive.infolist()
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if unpacked_bytes > DEFAULT_LIMITS.unpacked_allowance(len(body)):
        raise ProgramTooLargeError("the program's archive inflates to more than a worker takes")
    return ProgramArchive(
        digest=program_digest([_facts(archive, entry) for entry in entries]),
        body=body,
        file_count=len(entries),
        unpacked_bytes=unpacked_bytes,
    )


def _facts(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> FileFacts:
    try:
        # No more is read than the entry's header says.
        content = archive.read(entry)
    except MALFORMED as error:
        raise malformed(f"is damaged at {entry.orig_filename!r}") from error
    return FileFacts.of(entry.orig_filename, content, is_executable=is_executable(entry))
