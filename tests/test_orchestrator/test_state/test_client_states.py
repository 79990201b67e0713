"""States that clients send: taken in the present schema, or refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import deployment, resource, urn
from orchestrator.state.checkpoint import decode_checkpoint
from orchestrator.state.client_states import client_state_body, parse_client_state
from orchestrator.state.errors import BadRequestError

OLD = {
    "urn": urn("a"),
    "custom": True,
    "type": "test:index:Thing",
    "id": "1",
    "inputs": {"x": 1, "y": 2},
    "defaults": {"z": 3},
    "dependencies": [urn("b")],
}
BASIS = {key: value for key, value in OLD.items() if key != "defaults"}
PROPERTIES = {"propertyDependencies": {"x": [urn("b")], "y": [urn("b")]}}


def sent(version: object, latest: object, **fields: object) -> bytes:
    return json.dumps({"version": version, "deployment": latest, **fields}).encode()


@pytest.mark.parametrize("version", [3, 4])
def test_present_schemas(version: int) -> None:
    """A present state is taken as it is; features count in version 4 only."""
    state = parse_client_state(sent(version, deployment(resource("a")), features=["taint"]))

    assert state.deployment == deployment(resource("a"))
    assert (state.version, state.features) == (version, ("taint",) if version == 4 else ())


def test_oldest_schema() -> None:
    """Version 1 knew defaults, which are dropped, and no dependencies by property."""
    state = parse_client_state(sent(1, deployment(OLD)))

    assert (state.version, state.deployment) == (3, deployment({**BASIS, **PROPERTIES}))


def test_second_schema() -> None:
    """Version 2 has providers and pending operations, which stay."""
    old = {**BASIS, "provider": "p::1", "external": True}
    pending = {"type": "creating", "resource": old}
    state = parse_client_state(sent(2, deployment(old, pending_operations=[pending])))

    assert state.deployment == deployment(
        {**old, **PROPERTIES},
        pending_operations=[{"type": "creating", "resource": {**old, **PROPERTIES}}],
    )


@pytest.mark.parametrize("version", [0, 1, 2])
def test_old_files_are_read_in_the_same_way(version: int) -> None:
    """A checkpoint file of an old schema, or of before there were any, is read as well."""
    file: dict[str, Any] = {"checkpoint": {"stack": "dev", "latest": deployment(OLD)}}
    bodies = [{"version": version, **file}] if version else [file, file["checkpoint"]]

    for body in bodies:
        state = decode_checkpoint(json.dumps(body).encode())
        assert state.version == 3
        assert state.deployment is not None
        assert state.deployment["resources"][0]["propertyDependencies"]["x"] == [urn("b")]


def test_no_deployment() -> None:
    """A state without a deployment is an empty one."""
    assert parse_client_state(sent(3, None)).deployment is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        sent(0, deployment()),
        sent(5, deployment()),
        sent("3", deployment()),
        sent(True, deployment()),
        sent(3.0, deployment()),
        sent(3, []),
        sent(3, {"resources": [{"urn": "x"}]}),
        sent(4, {}, features="taint"),
        sent(3, {"x": json.loads("[" * 300 + "]" * 300)}),
    ],
    ids=lambda body: str(body[:40]),
)
def test_what_is_no_state_is_refused(body: bytes) -> None:
    """Anything else is refused, with a reason."""
    with pytest.raises(BadRequestError):
        parse_client_state(body)


def test_round_trip() -> None:
    """A body that is made of a state parses to it."""
    latest = deployment(resource("a", taint=True))
    state = parse_client_state(client_state_body(4, ("taint",), latest))

    assert (state.version, state.features, state.deployment) == (4, ("taint",), latest)


@given(
    body=st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["version", "deployment", "resources", "urn"]), inner)
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_is_parsed_or_refused(body: bytes) -> None:
    """Parsing raises nothing but BadRequestError."""
    try:
        parse_client_state(body)
    except BadRequestError:
        return
