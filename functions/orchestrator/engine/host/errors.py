"""Errors of the program host.

EngineError
  ProgramHostError   the host cannot start a program, or a program's process died
"""

from orchestrator.engine.errors import EngineError


class ProgramHostError(EngineError):
    """The host cannot start a program, or the program's process died."""

    code = "program_host"
