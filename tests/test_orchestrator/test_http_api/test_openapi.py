"""The API's description."""

import json
import re
import subprocess
import sys
from pathlib import Path

from api_requests import ApiClient
from orchestrator.http_api.openapi import description, routes

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def test_the_checked_in_description_is_current() -> None:
    """`python -m orchestrator.http_api.openapi docs/openapi.json` would change nothing."""
    assert DOCUMENT.read_text() == description()


def test_every_route_is_described() -> None:
    """With its answer, and with every status that it may refuse with."""
    paths = json.loads(description())["paths"]

    described = {
        (method.upper(), path) for path, operations in paths.items() for method in operations
    }
    assert described == {(route.method, _as_described(route.path)) for route in routes()}
    for route in routes():
        operation = paths[_as_described(route.path)][route.method.lower()]
        assert operation["summary"].endswith(".")
        statuses = {int(status) for status in operation["responses"]}
        assert {route.status, 400, 401, 500, 503} <= statuses
        assert operation["security"] in ([{"token": []}], [{"iam": []}])
        assert operation["description"].startswith("Needs ")
        assert 422 not in statuses


def test_problems_are_described_by_their_codes() -> None:
    """A reader learns which codes a status may have."""
    operation = json.loads(description())["paths"]["/v1/stacks/{project}/{stack}/runs"]["post"]

    conflict = operation["responses"]["409"]
    assert "application/problem+json" in conflict["content"]
    assert "`program_not_uploaded`" in conflict["description"]
    assert "`idempotency_key_reused`" in conflict["description"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        *("project", "stack", "idempotency-key")
    }
    assert operation["requestBody"]["required"]


def test_queries_are_described_with_their_bounds() -> None:
    """Though they are read without pydantic."""
    operation = json.loads(description())["paths"]["/v1/stacks/{project}/{stack}/history"]["get"]

    [limit] = [found for found in operation["parameters"] if found["name"] == "limit"]
    assert limit["in"] == "query"
    assert not limit["required"]
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 100)
    assert limit["schema"]["default"] == 20


def test_the_api_describes_itself(client: ApiClient) -> None:
    """GET answers with the same document, of OpenAPI 3.1."""
    document = client.get("/v1/openapi.json").as_model("Description")

    assert document == json.loads(description())
    assert document["openapi"].startswith("3.1.")


def test_every_reference_leads_somewhere() -> None:
    """No schema is named that is not there, and none is there that nobody names."""
    named = set(re.findall(r'"#/components/schemas/([\w-]+)"', description()))

    assert named == set(json.loads(description())["components"]["schemas"])


def test_the_command_writes_it(tmp_path: Path) -> None:
    """To the file that it is told."""
    target = tmp_path / "openapi.json"

    subprocess.run([sys.executable, "-m", "orchestrator.http_api.openapi", str(target)], check=True)

    assert target.read_text() == description()


def _as_described(path: str) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", path)
