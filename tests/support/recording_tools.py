"""Programs for a PATH that write down how they were run, and answer what they were told to."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python} -IS
import json, sys
typed = "" if sys.stdin.isatty() else sys.stdin.read()
with open({log!r}, "a") as log:
    log.write(json.dumps([{name!r}, sys.argv[1:], typed]) + "\\n")
with open({answers!r}) as answers:
    for words, answer, status in json.load(answers):
        if words in " ".join(sys.argv[1:]):
            print(answer)
            sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a program: its name, what was on its command line, what was typed."""

    program: str
    arguments: Sequence[str]
    typed: str = ""


class RecordingTools:
    """A directory to put on PATH; the only programs in it are those that were added."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._log = directory / "log"
        self._answers: dict[str, list[tuple[str, str, int]]] = {}

    def add(self, *names: str) -> None:
        """Programs that say nothing and end well, unless told otherwise."""
        for name in names:
            program = self.directory / name
            text = _PROGRAM.format(
                python=sys.executable,
                log=str(self._log),
                name=name,
                answers=str(self._answers_of(name)),
            )
            program.write_text(text)
            program.chmod(0o755)
            self._write(name)

    def answer(self, name: str, words: str, answer: Any = "", *, status: int = 0) -> None:
        """What it says from now on when these words are on its command line; text, or JSON."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self._answers.setdefault(name, []).insert(0, (words, text, status))
        self._write(name)

    def environment(self, **more: str) -> Mapping[str, str]:
        """One in which there are no other programs."""
        return {"PATH": str(self.directory), **more}

    @property
    def ran(self) -> Sequence[Ran]:
        """What was run, in order."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [Ran(*json.loads(line)) for line in lines]

    def _write(self, name: str) -> None:
        self._answers_of(name).write_text(json.dumps(self._answers.get(name, [])))

    def _answers_of(self, name: str) -> Path:
        return self.directory / f"{name}.answers"
