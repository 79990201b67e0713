"""The bootstrap template before its judges: cfn-lint, and checkov in an environment of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.bootstrap.template import TEMPLATE_PATH, parse_template

REPOSITORY = Path(__file__).parents[3]
CHECKOV = REPOSITORY / "build" / "checkov" / "bin" / "checkov"
SAYS_WHY_CHARACTERS = 40


def exceptions(template: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What checkov is told to pass over, by resource and check, and why."""
    return {
        (name, skip["id"]): skip["comment"]
        for name, resource in template["Resources"].items()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    }


def judged(template: Path) -> dict[str, set[tuple[str, str]]]:
    """Checkov's verdicts, by resource and check."""
    if not CHECKOV.exists():
        pytest.fail("checkov is not installed: `make checkov` installs and runs it")
    told = subprocess.run(
        [
            *(CHECKOV, "--file", template, "--framework", "cloudformation"),
            *("--output", "json", "--skip-download", "--soft-fail"),
        ],
        env={"PATH": os.defpath, "HOME": str(template.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(told.stdout)["results"]
    return {
        verdict: {(each["resource"].rpartition(".")[2], each["check_id"]) for each in found}
        for verdict, found in results.items()
        if verdict in ("failed_checks", "skipped_checks")
    }


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return parse_template(TEMPLATE_PATH.read_text(encoding="utf-8"))


def test_each_exception_says_why(template: dict[str, Any]) -> None:
    """Next to each check that is passed over stands a sentence."""
    reasons = exceptions(template).values()

    assert [reason for reason in reasons if len(reason) < SAYS_WHY_CHARACTERS] == []


def test_cfn_lint_is_told_to_pass_over_nothing(template: dict[str, Any]) -> None:
    """Nothing in the template switches a rule of cfn-lint off."""
    sections = [template, *template["Resources"].values()]

    assert not any("cfn-lint" in section.get("Metadata", {}) for section in sections)


@pytest.mark.thorough
def test_cfn_lint_finds_nothing() -> None:
    """Neither an error nor a warning."""
    found = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), TEMPLATE_PATH],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@pytest.mark.thorough
def test_checkov_finds_nothing_but_the_exceptions(template: dict[str, Any], tmp_path: Path) -> None:
    """What is passed over is what the template names."""
    copy = tmp_path / "template.yaml"
    copy.write_text(TEMPLATE_PATH.read_text())

    assert judged(copy) == {"failed_checks": set(), "skipped_checks": set(exceptions(template))}


@pytest.mark.thorough
def test_each_exception_is_needed(template: dict[str, Any], tmp_path: Path) -> None:
    """Without them, checkov finds just what they name."""
    named = set(exceptions(template))
    for resource in template["Resources"].values():
        resource.get("Metadata", {}).pop("checkov", None)
    bare = tmp_path / "template.yaml"
    bare.write_text(yaml.safe_dump(template))

    assert judged(bare)["failed_checks"] == named
