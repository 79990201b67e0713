"""The proof that Pulumi's own CLI on the bucket, without Hoist, sees a stack as Hoist does."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from deployments import BareCli, TestStack, lock_keys
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.programs.project import read_project
from orchestrator.engine.run_directory import stack_settings


class BareAgreement:
    """Checks stacks of one installation; its CLI has a home of its own."""

    def __init__(self, cli: BareCli, zygote: Zygote, directory: Path) -> None:
        self._cli = cli
        self._zygote = zygote
        self._directory = directory

    def __call__(self, stack: TestStack, *, has_changes: bool = False) -> None:
        """Nothing is locked, the state is the same, and the program finds it as it left it.

        With `has_changes` the program is not (or not wholly) applied: its preview must go well.
        """
        assert stack.record.active is None
        assert lock_keys(stack) == []
        project = self.project_of(stack)
        exported = self._cli.export(stack.name, directory=project)
        assert _comparable(exported) == _comparable(stack.state.deployment or {})
        flags = [] if has_changes else ["--expect-no-changes"]
        self.preview(stack, project, *flags)

    def preview(self, stack: TestStack, project: Path, *flags: str) -> str:
        """What `pulumi preview` shows; fails the test if it fails."""
        main = project / read_project(project).main
        request = ProgramRequest(main, project, (), self._cli.environment)
        with serve_program(self._zygote, request, on_output=lambda _line: None) as address:
            done = self._cli.run(
                *("preview", "--non-interactive", f"--client={address}", *flags),
                *("--stack", stack.name.qualified),
                directory=project,
            )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def project_of(self, stack: TestStack) -> Path:
        """The program as a person has it on a laptop, with the stack's settings file beside it."""
        project = self._directory / stack.name.stack
        shutil.rmtree(project, ignore_errors=True)
        if stack.directory.exists():
            shutil.copytree(stack.directory, project)
        else:
            project.mkdir(parents=True)
            (project / "Pulumi.yaml").write_text(f"name: {stack.name.project}\nruntime: python\n")
        (project / f"Pulumi.{stack.name.stack}.yaml").write_text(stack_settings(stack.record))
        return project


def _comparable(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Without the two things that the CLI writes in another way: an instant, and no metadata."""
    manifest = dict(deployment["manifest"])
    manifest["time"] = datetime.fromisoformat(manifest["time"])
    return {**deployment, "manifest": manifest, "metadata": deployment.get("metadata") or {}}
