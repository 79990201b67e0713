"""All checks that there are: the files of health/checks."""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from health import checks
from health.dependencies.check import DependencyCheck
from health.dependencies.site import Site

Make = Callable[[Site], DependencyCheck]


# What changes by the day, by the names of the files. All other checks are made each minute.
SELDOM = frozenset({"audit_heads", "certificates", "drift", "rotations", "runtimes"})


def makers() -> Mapping[str, Make]:
    """The `make` of each file, by the files' names in order; a file without one is a mistake."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    return {name: import_module(f"{checks.__name__}.{name}").make for name in names}


def all_checks(site: Site) -> Sequence[DependencyCheck]:
    """Every check, made for one installation."""
    return [make(site) for make in makers().values()]


def minutely_checks(site: Site) -> Sequence[DependencyCheck]:
    """Those of what everything stands on."""
    return [make(site) for name, make in makers().items() if name not in SELDOM]


def seldom_checks(site: Site) -> Sequence[DependencyCheck]:
    """The others."""
    return [make(site) for name, make in makers().items() if name in SELDOM]
