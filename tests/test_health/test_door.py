"""The door: the schedule's event, three routes, strangers, and anything else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.door import CHECK_HEALTH, Door
from health.errors import HealthEventUnknownError, HealthSettingMissingError
from health.examination import Examination
from health.findings.finding import Severity
from health_findings import a_finding, an_assessment
from health_looks import HealthRoom


def _event(path: str, *, method: str = "GET", address: object = "127.0.0.1") -> dict[str, Any]:
    identity = {"sourceIp": address}
    return {"httpMethod": method, "path": path, "requestContext": {"identity": identity}}


def _door(room: HealthRoom, lines: list[str] | None = None) -> Door:
    examination = room.examination()
    return Door(lambda: examination, write=(lines if lines is not None else []).append)


def _asked(room: HealthRoom, event: object) -> tuple[int, str, Any]:
    answer = _door(room).answer(event, time_left_seconds=30)
    content_type = answer["multiValueHeaders"]["Content-Type"][0]
    return answer["statusCode"], content_type, json.loads(answer["body"])


def _no_examination() -> Examination:
    raise HealthSettingMissingError("HOIST_INSTALLATION")


def _broken_examination() -> Examination:
    raise RuntimeError("canary")


def test_schedule_writes_metrics_and_events() -> None:
    """The schedule's look writes one line with metrics, and one for what is new."""
    room, lines = HealthRoom(), list[str]()
    room.metrics.says = [an_assessment(a_finding())]
    door = _door(room, lines)

    answer = door.answer(CHECK_HEALTH, time_left_seconds=30)
    door.answer(CHECK_HEALTH, time_left_seconds=30)

    events = [json.loads(line)["event"] for line in lines]
    assert answer == {"verdict": "warn", "findings": 1}
    assert events == ["health_looked", "finding_opened", "health_looked"]


def test_live_needs_nothing() -> None:
    """Alive is who answers, even when nothing else can be made."""
    door = Door(_no_examination, write=list[str]().append)

    answer = door.answer(_event("/health/live"), time_left_seconds=30)

    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "pass"})


@pytest.mark.parametrize(
    ("severity", "because", "ready", "whole"),
    [
        (None, "", 200, 200),
        (Severity.NOTE, "", 200, 200),
        (Severity.WARN, "", 200, 200),
        (None, "no answer", 503, 200),
        (Severity.FAIL, "", 503, 503),
    ],
)
def test_statuses_follow_the_verdict(
    severity: Severity | None, because: str, ready: int, whole: int
) -> None:
    """What fails is 503; what is unknown is told, and is not ready."""
    room = HealthRoom()
    findings = [a_finding("check.setting", severity=severity)] if severity else []
    room.check.says = [an_assessment(*findings, rule="check.setting", unknown_because=because)]

    assert _asked(room, _event("/health/ready"))[0] == ready
    status, content_type, document = _asked(room, _event("/health"))
    assert (status, content_type) == (whole, "application/health+json")
    assert len(document["findings"]) == len(findings)


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/health/live", "/health/"])
@pytest.mark.parametrize("address", ["10.0.0.1", "", None, "localhost", "2001:db8::1", 1])
def test_strangers_are_told_nothing(path: str, address: object) -> None:
    """Until there is authority, other machines get no answer, whatever they ask."""
    status, content_type, problem = _asked(HealthRoom(), _event(path, address=address))

    assert (status, content_type) == (403, "application/problem+json")
    assert problem["code"] == "loopback_only"
    assert "verdict" not in problem


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_answered(address: str) -> None:
    """Every loopback address is this machine."""
    assert _asked(HealthRoom(), _event("/health", address=address))[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/health"), ("GET", "/healthy"), ("GET", "/"), ("GET", "/health/live/x")],
)
def test_other_routes_are_not_there(method: str, path: str) -> None:
    """Only reading, and only the three paths."""
    status, _, problem = _asked(HealthRoom(), _event(path, method=method))

    assert (status, problem["code"]) == (404, "route_not_found")


def test_missing_setting_is_named() -> None:
    """A function without its settings answers with what is missing."""
    answer = Door(_no_examination, write=list[str]().append).answer(
        _event("/health"), time_left_seconds=30
    )

    problem = json.loads(answer["body"])
    assert (problem["status"], problem["code"]) == (503, "health_setting_missing")
    assert "HOIST_INSTALLATION" in problem["detail"]


def test_crash_is_logged_once_and_told_without_words() -> None:
    """What nobody thought of is a line in the log and a bare 500, both without its text."""
    lines: list[str] = []

    answer = Door(_broken_examination, write=lines.append).answer(
        _event("/health"), time_left_seconds=30
    )

    (line,) = lines
    assert json.loads(line)["error"] == "RuntimeError"
    assert answer["statusCode"] == 500
    assert "canary" not in line + answer["body"]


def test_schedule_fails_loudly() -> None:
    """A look of the schedule that cannot be made fails the invocation, so that alarms see it."""
    with pytest.raises(HealthSettingMissingError):
        Door(_no_examination, write=list[str]().append).answer(CHECK_HEALTH, time_left_seconds=30)


_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)
_requests = st.fixed_dictionaries(
    {"httpMethod": st.sampled_from(["GET", "HEAD", "get", "PUT", ""])},
    optional={
        "path": _json | st.sampled_from(["/health", "/health/live"]),
        "requestContext": _json | st.fixed_dictionaries({"identity": _json}),
        "headers": _json,
        "body": _json,
    },
)


@given(_json | _requests)
def test_any_event_is_answered_or_refused(event: object) -> None:
    """An event is answered with a whole answer, or refused by name."""
    try:
        answer = _door(HealthRoom()).answer(event, time_left_seconds=30)
    except HealthEventUnknownError:
        return

    assert answer["statusCode"] in {200, 403, 404, 503}
    assert isinstance(json.loads(answer["body"]), dict)
