"""Lays a plugin into a Pulumi home, as a small script that starts it in a given Python.

Only there does the engine find it: a home of our own keeps the emulator's provider away from
every other Pulumi project of the user.
"""

import importlib.util
import os
import shlex
from pathlib import Path

_PACKAGES = ("local", "hoist", "grpc", "google.protobuf", "pulumi")
# -I and -S: neither the user's environment nor site hooks reach the plugin, and it starts sooner.
_SCRIPT = """\
#!/bin/sh
exec {python} -I -S {main} "$@"
"""
_MAIN = """\
import sys

sys.path += {search_path!r}

from local.provider.startup import run

run({module!r}, version={version!r})
"""


def write_plugin(home: Path, *, name: str, version: str, module: str, python: Path) -> Path:
    """Make `module` (it has `make_provider(version)`) the plugin `name` of the home `home`.

    `python` runs it; the packages are those that this process would import. Returns the
    executable. Writing it again, or from two processes at once, does no harm.
    """
    folder = home / "plugins" / f"resource-{name}-v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    main = folder / "main.py"
    search_path = _search_path(module)
    _write(main, _MAIN.format(search_path=search_path, module=module, version=version), 0o644)
    script = _SCRIPT.format(python=shlex.quote(str(python)), main=shlex.quote(str(main)))
    executable = folder / f"pulumi-resource-{name}"
    _write(executable, script, 0o755)
    return executable


def _search_path(module: str) -> list[str]:
    roots = (_import_root(package) for package in (*_PACKAGES, module.partition(".")[0]))
    return list(dict.fromkeys(roots))


def _import_root(package: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {package} to make a plugin from", name=package)
    depth = package.count(".")
    return str(Path(spec.submodule_search_locations[0]).parents[depth])


def _write(path: Path, text: str, mode: int) -> None:
    if path.exists() and path.read_text() == text:
        return
    # The engine may start the plugin meanwhile: it sees the old file or the new, never half of one.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.chmod(mode)
    draft.replace(path)
