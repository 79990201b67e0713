"""All checks that there are: the files of health/checks."""

import pkgutil
from collections.abc import Callable, Sequence
from importlib import import_module

from health import checks
from health.dependencies.check import DependencyCheck
from health.dependencies.site import Site

Make = Callable[[Site], DependencyCheck]


def makers() -> Sequence[Make]:
    """The `make` of each file, in the order of their names; a file without one is a mistake."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    return [import_module(f"{checks.__name__}.{name}").make for name in names]


def all_checks(site: Site) -> Sequence[DependencyCheck]:
    """Every check, made for one installation."""
    return [make(site) for make in makers()]
