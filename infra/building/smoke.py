"""Imports each artifact alone: nothing but its own tree, its layers and the standard library.

That shows what a test in a checkout cannot: that a function carries all it imports.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from building.artifacts import Artifacts
from building.build import Build
from building.dependencies import DependencySource
from building.errors import ArtifactNotSelfContainedError

# What is imported of each function: its handler's module, and what that imports only when it runs.
ENTRY_MODULES: Mapping[str, tuple[str, ...]] = {
    "orchestrator-api": (
        "orchestrator.api",
        "orchestrator.wiring",
        "orchestrator.http_api.door",
        "orchestrator.http_api.resolvers",
        "orchestrator.http_api.log",
    ),
    "orchestrator-worker": (
        "orchestrator.worker",
        "orchestrator.worker_wiring",
        "orchestrator.work.attempt",
        "orchestrator.work.slice_work",
        "orchestrator.engine.runner",
        "orchestrator.engine.host.program",
        "pulumi_aws",
    ),
    "health": (
        "health.handler",
        "health.door",
        "health.wiring",
        "hoist.runtime.wiring",
        "hoist.runtime.sources.process_family",
        "psutil",
    ),
    "rotation": (
        "rotation.handler",
        "rotation.strategies.api_key.access",
        "rotation.strategies.api_key.api_key",
        "rotation.strategies.api_key.rest_issuer",
        "rotation.strategies.postgres.driver",
        "rotation.strategies.postgres.alternating_users",
        "rotation.strategies.postgres.single_user",
    ),
}

_TIMEOUT_SECONDS = 120
_SHOWN_CHARACTERS = 2_000
_SITE_DIRECTORIES = frozenset({"site-packages", "dist-packages"})
# The last line that it writes is what it found; modules may print while they are imported.
_PROBE = """
import importlib, json, sys
standard_library = list(sys.path)
modules, search_path = json.loads(sys.argv[1])
sys.path[:0] = search_path
for module in modules:
    importlib.import_module(module)
origins = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
print()
print(json.dumps({"standard_library": standard_library, "origins": origins}))
"""


@dataclass(frozen=True, slots=True)
class SmokeCase:
    """One function: what is imported, and all directories that it may be imported from."""

    artifact: str
    modules: tuple[str, ...]
    search_path: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ImportedModules:
    """What an interpreter had imported: files by module, and where its own library is."""

    origins: Mapping[str, str]
    standard_library: tuple[str, ...]


def smoke_cases(
    build: Build, artifacts: Artifacts, dependencies: DependencySource
) -> Sequence[SmokeCase]:
    """Stage every function, with packages that this interpreter can import."""
    third_party = build.stage(artifacts.dependencies_layer(dependencies)).path / "python"
    for_worker = build.stage(artifacts.worker_dependencies(dependencies)).path
    shared = build.stage(artifacts.shared_layer()).path / "python"
    search_paths = (
        (artifacts.api(), "orchestrator-api", (shared, third_party)),
        (artifacts.health(), "health", (shared, third_party)),
        (artifacts.rotation(), "rotation", (shared, third_party)),
        (artifacts.worker_image(), "orchestrator-worker", (for_worker,)),
        (artifacts.emulator_api(), "orchestrator-api", (third_party,)),
        (artifacts.emulator_health(), "health", (third_party,)),
        (artifacts.emulator_rotation(), "rotation", (third_party,)),
        (artifacts.emulator_worker(), "orchestrator-worker", (for_worker,)),
    )
    return [
        SmokeCase(artifact.name, ENTRY_MODULES[function], (build.stage(artifact).path, *others))
        for artifact, function, others in search_paths
    ]


def check_imports(case: SmokeCase, *, python: str = sys.executable) -> int:
    """Import the case's modules in a fresh interpreter; returns how many modules that took.

    Raises ArtifactNotSelfContainedError.
    """
    imported = _import(case, python)
    foreign = foreign_modules(imported, case.search_path)
    if foreign:
        raise ArtifactNotSelfContainedError(case.artifact, f"it imports {', '.join(foreign)}")
    return len(imported.origins)


def foreign_modules(imported: ImportedModules, search_path: Sequence[Path]) -> list[str]:
    """Modules that came neither from the search path nor from the standard library."""
    return [
        f"{name} from {origin}"
        for name, origin in sorted(imported.origins.items())
        if not any(PurePath(origin).is_relative_to(place) for place in search_path)
        and not any(_is_standard(origin, library) for library in imported.standard_library)
    ]


def _is_standard(origin: str, library: str) -> bool:
    path = PurePath(origin)
    if not path.is_relative_to(library):
        return False
    # Where third-party packages lie is often below the standard library.
    return _SITE_DIRECTORIES.isdisjoint(path.relative_to(library).parts)


def _import(case: SmokeCase, python: str) -> ImportedModules:
    wanted = json.dumps([case.modules, [str(place) for place in case.search_path]])
    # -I -S: no environment, no working directory, no site-packages. -B: the trees stay as they are.
    try:
        done = subprocess.run(
            [python, "-I", "-S", "-B", "-c", _PROBE, wanted],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        problem = f"its import has not ended after {_TIMEOUT_SECONDS} s"
        raise ArtifactNotSelfContainedError(case.artifact, problem) from error
    if done.returncode != 0:
        problem = done.stderr.strip()[-_SHOWN_CHARACTERS:]
        raise ArtifactNotSelfContainedError(case.artifact, f"\n{problem}\n")
    found = json.loads(done.stdout.splitlines()[-1])
    return ImportedModules(
        # Built-in modules and namespace packages have no file.
        origins={name: origin for name, origin in found["origins"].items() if origin},
        standard_library=tuple(found["standard_library"]),
    )
