"""`make demo`: the main job on this machine, by the commands that a person would type."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console

from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from local.demo_health import show_health
from local.demo_rotation import show_rotation
from local.settings import LocalSettings
from local.workers import busy_workers

SAMPLES = Path("tests") / "programs"
# The change that the demo makes: more attempts for an order, and a longer time for each.
BEFORE = 'config.get_int("visibilitySeconds") or 30'
AFTER = 'config.get_int("visibilitySeconds") or 120'
WORKER_PATIENCE_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.1
MIDDLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Demo:
    """Runs `hoist` as a person would, and says what for."""

    console: Console
    hoist: Path
    repository: Path

    def say(self, sentence: str) -> None:
        self.console.print(f"\n[bold]{sentence}[/bold]")

    def run(
        self, *arguments: str, typed: str = "", may_end_with: Collection[ExitCode] = ()
    ) -> ExitCode:
        """Run a command in the repository, and say how it ended; `typed` goes to its standard
        input, unseen.

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
        if done.returncode not in (ExitCode.OK, *may_end_with):
            raise SystemExit(done.returncode)
        return ExitCode(done.returncode)


def main(arguments: Sequence[str] = ()) -> None:
    """The whole demo; may be run again and again."""
    settings, clock = LocalSettings.of_this_process(), SystemClock()
    demo = Demo(Console(stderr=True), Path(sys.executable).with_name("hoist"), settings.repository)
    samples = settings.repository / "build" / "demo"
    for name in ("shop", "garden"):
        copy_sample(settings.repository / SAMPLES / name, samples / name)
    shop = str((samples / "shop").relative_to(settings.repository))
    garden = str((samples / "garden").relative_to(settings.repository))

    demo.say("1. A local AWS, with what must exist before the first update.")
    demo.run("local", "up")
    demo.say("2. Hoist's own infrastructure, a Pulumi program in infra/, deployed by Hoist itself.")
    demo.run("local", "deploy")
    deployed_at = clock.now()
    deploy_shop(demo, shop, samples / "shop")
    run_two_stacks(demo, shop, garden)
    kill_a_worker(demo, settings, garden)
    show_rotation(demo)
    demo.say("9. And all of it away again.")
    demo.run("destroy", shop, "--yes")
    demo.run("destroy", garden, "--yes")
    show_health(demo, deployed_at=deployed_at, clock=clock)
    say_goodbye(demo, shop)


def deploy_shop(demo: Demo, shop: str, project: Path) -> None:
    demo.say("3. A user's stack, through the API, the queue and the worker.")
    demo.run("config", "set", "apiToken", "--secret", "-C", shop, typed=secrets.token_hex(16))
    demo.run("up", shop)
    demo.say("4. Its outputs, read from the state; no engine is started for that.")
    demo.run("outputs", "-C", shop)
    demo.say("5. The program changes: an order may now take two minutes. What would that do?")
    change_sample(project)
    demo.run("preview", shop)
    try_as_viewer(demo, shop)


def try_as_viewer(demo: Demo, shop: str) -> None:
    """Show that whoever may only look is not let at the stack; raises SystemExit if they are."""
    demo.say("   `hoist local deploy` signed you in, as an admin. A viewer may only look.")
    demo.run("login", "--role", "viewer")
    if demo.run("up", shop, may_end_with=[ExitCode.AUTHENTICATION]) is ExitCode.OK:
        raise SystemExit("a viewer has deployed the shop")
    demo.run("login")


def run_two_stacks(demo: Demo, shop: str, garden: str) -> None:
    demo.say("6. Two stacks at once: the garden takes its time, the shop does not wait for it.")
    demo.run("up", garden, "--detach")
    demo.run("up", shop)
    demo.run("runs", "-C", garden)
    demo.say("   Enough of the garden: its run is cancelled, what is under way is finished.")
    demo.run("cancel", "-C", garden)
    demo.run("logs", "-C", garden, "--follow", may_end_with=[ExitCode.INTERRUPTED])


def kill_a_worker(demo: Demo, settings: LocalSettings, garden: str) -> None:
    demo.say("7. The garden again, and its worker is killed with SIGKILL in the middle.")
    demo.run("up", garden, "--detach")
    victims = await_busy_workers(settings)
    for victim in victims:
        victim.kill()
        demo.say(f"   kill -9 {victim.pid}. Nobody helps; in about 65 s another worker takes over.")
    demo.run("logs", "-C", garden, "--follow")


def await_busy_workers(settings: LocalSettings) -> list[psutil.Process]:
    """The workers with an engine, once there is one; raises SystemExit if none ever is."""
    clock = SystemClock()
    until = clock.monotonic() + WORKER_PATIENCE_SECONDS
    while not (busy := busy_workers(settings)):
        if clock.monotonic() > until:
            raise SystemExit(f"no worker started an engine within {WORKER_PATIENCE_SECONDS:.0f} s")
        clock.sleep(LOOK_AGAIN_SECONDS)
    # The engine, too, needs a moment to be in the middle of something.
    clock.sleep(MIDDLE_SECONDS)
    return busy


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
        demo.console.print(line, highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main(sys.argv[1:])
