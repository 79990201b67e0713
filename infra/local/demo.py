"""`make demo`: the main job on this machine, by the commands that a person would type."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from local.settings import LocalSettings

SAMPLE = Path("tests") / "programs" / "shop"
# The change that the demo makes: more attempts for an order, and a longer time for each.
BEFORE = 'config.get_int("visibilitySeconds") or 30'
AFTER = 'config.get_int("visibilitySeconds") or 120'


@dataclass(frozen=True, slots=True)
class Demo:
    """Runs `hoist` as a person would, and says what for."""

    console: Console
    hoist: Path
    repository: Path

    def say(self, sentence: str) -> None:
        self.console.print(f"\n[bold]{sentence}[/bold]")

    def run(self, *arguments: str, typed: str = "") -> None:
        """Run a command in the repository; `typed` goes to its standard input, unseen.

        Ends the demo with the command's own exit code when it fails: it has said why.
        """
        hint = "  (from standard input)" if typed else ""
        self.console.print(f"[dim]$ hoist {' '.join(arguments)}{hint}[/dim]", highlight=False)
        done = subprocess.run(
            [str(self.hoist), *arguments],
            cwd=self.repository,
            input=typed or None,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(done.returncode)


def main(arguments: Sequence[str] = ()) -> None:
    """The whole demo; may be run again and again."""
    settings = LocalSettings.of_this_process()
    demo = Demo(Console(stderr=True), Path(sys.executable).with_name("hoist"), settings.repository)
    shop = settings.repository / "build" / "demo" / "shop"
    copy_sample(settings.repository / SAMPLE, shop)
    where = str(shop.relative_to(settings.repository))

    demo.say("1. A local AWS, with what must exist before the first update.")
    demo.run("local", "up")
    demo.say("2. Hoist's own infrastructure, a Pulumi program in infra/, deployed by Hoist itself.")
    demo.run("local", "deploy")

    demo.say("3. A user's stack: a bucket, a queue with dead letters, a table, a secret.")
    demo.run("config", "set", "apiToken", "--secret", "-C", where, typed=secrets.token_hex(16))
    demo.run("up", where)
    demo.say("4. Its outputs, read from the state; no engine is started for that.")
    demo.run("outputs", "-C", where)

    demo.say("5. The program changes: an order may now take two minutes. What would that do?")
    change_sample(shop)
    demo.run("preview", where)
    demo.run("up", where)
    demo.say("6. Once more: nothing to do.")
    demo.run("up", where)
    demo.say("7. And all of it away again.")
    demo.run("destroy", where, "--yes")
    say_goodbye(demo, where)


def copy_sample(source: Path, destination: Path) -> None:
    """A copy of the sample to change, as the repository has it."""
    shutil.rmtree(destination, ignore_errors=True)
    shutil.copytree(source, destination)


def change_sample(project: Path) -> None:
    """Change one number in the program; raises ValueError if the sample has moved on."""
    program = project / "__main__.py"
    text = program.read_text()
    if BEFORE not in text:
        raise ValueError(f"{program} does not hold what the demo changes: {BEFORE}")
    program.write_text(text.replace(BEFORE, AFTER))


def say_goodbye(demo: Demo, where: str) -> None:
    demo.say("Done. Try next:")
    bin_directory = demo.hoist.parent.relative_to(demo.repository)
    for line in (
        f"  {bin_directory}/hoist up {where}              put the shop up again",
        f"  {bin_directory}/hoist preview {where}         after a change of {where}/__main__.py",
        f"  {bin_directory}/hoist local status            where the local AWS is",
        "  make demo-down                       stop it and delete its data",
    ):
        demo.console.print(line, highlight=False, markup=False)


if __name__ == "__main__":
    main(sys.argv[1:])
