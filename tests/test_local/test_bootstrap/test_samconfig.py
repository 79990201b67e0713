"""samconfig.toml: what `sam deploy` says of each environment."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from local.bootstrap.template import TEMPLATE_PATH, parse_template

REPOSITORY = Path(__file__).parents[3]
ENVIRONMENTS = ["dev", "prod"]


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "samconfig.toml").read_text())


def parameters(config: dict[str, Any], environment: str) -> dict[str, Any]:
    found: dict[str, Any] = config[environment]["deploy"]["parameters"]
    return found


def overrides(config: dict[str, Any], environment: str) -> dict[str, str]:
    """The template's parameters for an environment."""
    texts: list[str] = parameters(config, environment)["parameter_overrides"]
    return dict(text.split("=", 1) for text in texts)


def test_there_is_one_to_try_and_one_to_rely_on(config: dict[str, Any]) -> None:
    """The environments are dev and prod."""
    assert [each for each in config if each != "version"] == ENVIRONMENTS


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_it_deploys_the_template_under_its_name(config: dict[str, Any], environment: str) -> None:
    """The stack is named and tagged as the environment, from the one template that there is."""
    said = parameters(config, environment)

    assert REPOSITORY / said["template_file"] == TEMPLATE_PATH
    assert said["stack_name"] == f"hoist-{environment}-bootstrap"
    assert said["tags"] == [
        f"hoist:installation=hoist-{environment}",
        f"hoist:environment={environment}",
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_it_says_what_the_template_asks(config: dict[str, Any], environment: str) -> None:
    """Each parameter of the template has a value that the template takes."""
    asked = parse_template(TEMPLATE_PATH.read_text(encoding="utf-8"))["Parameters"]
    said = overrides(config, environment)

    assert said.keys() == asked.keys()
    assert said["Environment"] == environment
    assert said["AuditRetentionMode"] in asked["AuditRetentionMode"]["AllowedValues"]
    assert 1 <= int(said["AuditRetentionDays"]) <= asked["AuditRetentionDays"]["MaxValue"]


def test_nobody_shortens_a_lock_in_production(config: dict[str, Any]) -> None:
    """There a lock is for a year at least, and for everybody."""
    said = overrides(config, "prod")

    assert said["AuditRetentionMode"] == "COMPLIANCE"
    assert int(said["AuditRetentionDays"]) >= 365
