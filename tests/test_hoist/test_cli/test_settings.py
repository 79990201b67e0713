"""What the command line takes from its environment."""

from pathlib import Path

import pytest

from hoist.cli.settings import cache_directory


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_CACHE_HOME": "/caches", "HOME": "/ada"}, "/caches/hoist"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/ada"}, "/ada/.cache/hoist"),
        ({"HOME": "/ada"}, "/ada/.cache/hoist"),
    ],
)
def test_the_cache_is_where_the_standard_says(environ: dict[str, str], expected: str) -> None:
    """A relative path in the variable is ignored, as the standard wants it."""
    assert cache_directory(environ) == Path(expected)
