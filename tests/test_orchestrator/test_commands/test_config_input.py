"""Where config values come from."""

import pytest
from click.testing import CliRunner

from hoist.secret import Secret
from orchestrator.commands.config_input import (
    ConfigValueError,
    read_plain,
    read_secret,
    refuse_argument,
)


def test_a_plain_value_may_be_an_argument() -> None:
    """Even an empty one: it was given."""
    assert read_plain("shop:size", "") == ""


def test_a_secret_value_may_not() -> None:
    """The refusal tells both safe ways, and does not repeat the value."""
    with pytest.raises(ConfigValueError) as caught:
        refuse_argument("shop:token", "canary-6f1d2a")

    assert "hoist config set --secret shop:token" in caught.value.way_out
    assert "canary" not in caught.value.message + caught.value.way_out


@pytest.mark.parametrize(
    ("piped", "value"),
    [("abc", "abc"), ("abc\n", "abc"), ("abc\r\n", "abc"), ("a\nb\n\n", "a\nb\n"), (" a ", " a ")],
)
def test_one_line_end_is_not_part_of_a_piped_value(piped: str, value: str) -> None:
    """What `echo` adds is taken off, and nothing else."""
    with CliRunner().isolation(input=piped):
        assert read_secret("shop:token") == Secret(value)


@pytest.mark.parametrize("piped", ["", "\n"])
def test_an_empty_pipe_is_no_value(piped: str) -> None:
    """A script whose command printed nothing does not set an empty secret."""
    with CliRunner().isolation(input=piped), pytest.raises(ConfigValueError, match="shop:token"):
        read_secret("shop:token")
