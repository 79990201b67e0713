"""The engine built from its sources, as infra/engine/go.mod and go.sum pin them."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.engine_binary.pin import PACKAGE, EnginePin
from local.errors import EngineStepError, ToolFailedError
from local.external_tool import run_tool
from local.progress import Progress

_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_GO_VERSION = re.compile(r"go(\d+)\.(\d+)")
_ASK_TIMEOUT_SECONDS = 30


class GoBuild:
    """Builds with the `go` on PATH; modules come from wherever that one is configured to look."""

    name = "a build with Go"

    def __init__(
        self,
        pin: EnginePin,
        module_directory: Path,
        search_path: str,
        environment: Mapping[str, str],
    ) -> None:
        self._pin = pin
        self._module_directory = module_directory
        self._search_path = search_path
        self._environment = {**environment, "CGO_ENABLED": "0"}

    def write(self, target: Path, progress: Progress) -> None:
        """Write the engine to `target`; raises EngineStepError."""
        go = self._find_go()
        sentence = (
            f"Building the engine {self._pin.version} with Go"
            " (three to five minutes on two cores, once per machine)"
        )
        with progress.task(sentence) as task:
            lines = 0

            def show(line: str) -> None:
                nonlocal lines
                lines += 1
                task.detail(f"{lines} packages so far")

            try:
                run_tool(
                    self._command(go, target),
                    environment=self._environment,
                    directory=self._module_directory,
                    on_line=show,
                )
            except ToolFailedError as error:
                raise EngineStepError(error.message) from error

    def _command(self, go: str, target: Path) -> list[str]:
        return [
            *(go, "build", "-v", "-trimpath"),
            # Said aloud, so that a GOFLAGS of the caller cannot loosen the pins.
            "-mod=readonly",
            *("-ldflags", f"-s -w -X {_VERSION_VARIABLE}={self._pin.version}"),
            *("-o", str(target), PACKAGE),
        ]

    def _find_go(self) -> str:
        go = shutil.which("go", path=self._search_path)
        if go is None:
            raise EngineStepError("there is no `go` on PATH")
        said = self._ask_version(go)
        found = _GO_VERSION.match(said)
        if found is None or (int(found[1]), int(found[2])) < self._pin.go:
            raise EngineStepError(
                f"{go} is {said or 'silent about its version'}, older than {self._pin.go_version}"
            )
        return go

    def _ask_version(self, go: str) -> str:
        try:
            answer = subprocess.run(
                [go, "env", "GOVERSION"],
                # Outside the module: inside, a newer toolchain may be fetched and answer instead.
                cwd="/",
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ASK_TIMEOUT_SECONDS,
                text=True,
                errors="replace",
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineStepError(f"{go} cannot be run ({type(error).__name__})") from error
        return answer.stdout.strip()
