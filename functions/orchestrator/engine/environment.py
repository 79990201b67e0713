"""Which variables of an environment a child may see."""

from collections.abc import Collection, Mapping


def allow_listed(
    environ: Mapping[str, str], names: Collection[str], prefixes: Collection[str] = ()
) -> dict[str, str]:
    """The variables with one of these names, or a name that begins with one of these prefixes."""
    starts = tuple(prefixes)
    return {
        name: value
        for name, value in environ.items()
        if name in names or (starts and name.startswith(starts))
    }
