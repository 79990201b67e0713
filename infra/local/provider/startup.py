"""Where a plugin process begins; it starts in every run of the engine, so it imports little.

Importing the SDK, gRPC and protobuf the usual way costs about 450 ms. The SDK's protobuf modules
need nothing of the SDK, and gRPC needs asyncio only for its other half: with bare packages around
the first, and the second loaded when somebody touches it, it is about 40 ms.
"""

import importlib
import importlib.util
import os.path
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_BARE_PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")
# Imported by gRPC and protobuf, and used by neither in a plain synchronous server.
_LAZY_MODULES = frozenset(
    {
        "asyncio",
        "grpc.aio",
        "google.protobuf.internal.python_message",
        "google.protobuf.text_format",
    }
)


def run(module: str, *, version: str) -> None:
    """Serve the provider that `module.make_provider(version)` makes, until the engine is done.

    Only for a process of its own: it changes how this interpreter imports.
    """
    sys.meta_path.insert(0, _LazyFinder)
    _register_bare_packages()
    # These import gRPC, so they have to wait for the two lines above.
    from local.provider.server import serve

    serve(importlib.import_module(module).make_provider(version))


class _LazyFinder:
    """Finds a few modules as everybody does, but puts off running them until they are used."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _LAZY_MODULES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def _register_bare_packages() -> None:
    site = _folder_with("pulumi/runtime/proto")
    for name in _BARE_PACKAGES:
        package = ModuleType(name)
        package.__path__ = [os.path.join(site, *name.split("."))]
        sys.modules[name] = package


def _folder_with(path: str) -> str:
    for folder in sys.path:
        if os.path.isdir(os.path.join(folder, path)):
            return folder
    raise ModuleNotFoundError(f"the Pulumi SDK is not on this plugin's search path: {sys.path}")
