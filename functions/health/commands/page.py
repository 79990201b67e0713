"""A report on a terminal: with colours, and redrawn in place while it is watched."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from health.commands.answers import HealthAnswer
from health.report.text import report_text
from hoist.clock import Clock
from hoist.errors import HoistError

_SEVERITIES = ((r"(?m)^FAIL\b", "bold red"), (r"(?m)^WARN\b", "bold yellow"))
_LABELS = r"(?m)^  (seen|means|likely|do|look|keep|undo|cost)\b"


def coloured(text: str) -> Text:
    """The text of a report: its first line and its severities stand out."""
    styled = Text(text)
    styled.stylize("bold", 0, text.index("\n"))
    styled.highlight_regex(r"(?m)^NOTE\b", "bold")
    for pattern, style in _SEVERITIES:
        styled.highlight_regex(pattern, style)
    styled.highlight_regex(_LABELS, "dim")
    return styled


class Page:
    """Implements Screen for a `with` block; what was shown last stays on the terminal."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._console = console
        self._clock = clock
        self._body = Text()
        self._live = Live(
            self._body,
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()
        # The page was cut to the terminal's lines: what stays has commands that can be pasted.
        self._console.print(self._body, soft_wrap=True, end="")

    def show(self, answer: HealthAnswer) -> None:
        self._body = coloured(report_text(answer.report))
        self._draw(f"Looked at {answer.report.at:%H:%M:%S} UTC; Ctrl-C leaves.")

    def show_silence(self, error: HoistError) -> None:
        """What was seen last stays, under a line that says since when it may be wrong."""
        self._draw(f"{error.message} at {self._clock.now():%H:%M:%S} UTC; trying again ...")

    def _draw(self, line: str) -> None:
        self._live.update(Group(Text(line, style="dim"), Text(), self._body), refresh=True)
