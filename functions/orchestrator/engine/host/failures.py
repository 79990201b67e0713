"""How a failed program is shown to its user: what they wrote, not what ran it."""

import traceback
from collections.abc import Sequence
from pathlib import Path

HEADLINE = "Program failed with an unhandled exception:\n"


class ProgramExitError(Exception):
    """The program called `sys.exit` to say that it failed, or while more was to be done."""

    def __init__(self, code: object) -> None:
        # `sys.exit("sentence")` means: print the sentence, fail.
        told = code if isinstance(code, str) else f"the program ended with exit code {code or 0}"
        super().__init__(told)


def failure_text(error: BaseException, *, root: Path) -> str:
    """The traceback from the user's first frame on, with paths as they are in the project."""
    shown = traceback.TracebackException.from_exception(error)
    _begin_in_program(shown, root.resolve())
    text = (HEADLINE + "".join(shown.format())).rstrip()
    for prefix in {f"{root}/", f"{root.resolve()}/"}:
        text = text.replace(prefix, "")
    return text


def _begin_in_program(shown: traceback.TracebackException, root: Path) -> None:
    """Drop the frames of our machinery, for the causes as well."""
    own = _first_frame_in(shown.stack, root)
    # A file that cannot be parsed has no frame of its own: all there are came before it.
    dropped = len(shown.stack) if own is None and _is_syntax_error(shown) else own or 0
    del shown.stack[:dropped]
    for earlier in (shown.__cause__, shown.__context__):
        if earlier is not None:
            _begin_in_program(earlier, root)


def _first_frame_in(frames: Sequence[traceback.FrameSummary], root: Path) -> int | None:
    for index, frame in enumerate(frames):
        # Frozen and generated code has a name like `<frozen runpy>` and no place.
        is_placed = not frame.filename.startswith("<")
        if is_placed and Path(frame.filename).resolve().is_relative_to(root):
            return index
    return None


def _is_syntax_error(shown: traceback.TracebackException) -> bool:
    return shown.exc_type is not None and issubclass(shown.exc_type, SyntaxError)
