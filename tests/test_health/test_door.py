"""The door: the schedule's event, three routes, strangers, and anything else."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import BookSite, bearer, book_site, grant, issued_record, token_with
from health.door import CHECK_HEALTH, Door
from health.errors import HealthEventUnknownError, HealthSettingMissingError
from health.examination import Depth, Examination
from health.findings.finding import Severity
from health.report.report import Report
from health_findings import a_finding, an_assessment
from health_looks import PLENTY_SECONDS, HealthRoom
from hoist.access.token_book import TokenBook
from hoist.access.tokens import new_token

ACCESS = book_site()
VIEWER = token_with(ACCESS.storage, [grant("viewer", "shop/*")])


def _event(path: str, *, method: str = "GET", **headers: str) -> dict[str, Any]:
    return {"httpMethod": method, "path": path, "headers": headers or bearer(VIEWER)}


def _door_to(
    examination: Callable[[], Examination], write: Callable[[str], None], access: BookSite = ACCESS
) -> Door:
    return Door(examination, tokens=lambda: access.book, write=write)


def _door(room: HealthRoom, lines: list[str] | None = None) -> Door:
    examination = room.examination()
    return _door_to(lambda: examination, (lines if lines is not None else []).append)


def _asked(room: HealthRoom, event: object) -> tuple[int, str, Any]:
    answer = _door(room).answer(event, time_left_seconds=30)
    content_type = answer["multiValueHeaders"]["Content-Type"][0]
    return answer["statusCode"], content_type, json.loads(answer["body"])


class TimedExamination(Examination):
    """Notes how long it may take."""

    def __init__(self) -> None:
        self.budgets: list[float] = []

    def examine(self, depth: Depth, *, budget_seconds: float) -> Report:
        self.budgets.append(budget_seconds)
        return HealthRoom().examination().examine(depth, budget_seconds=PLENTY_SECONDS)


def _no_examination() -> Examination:
    raise HealthSettingMissingError("HOIST_INSTALLATION")


def _no_tokens() -> TokenBook:
    raise HealthSettingMissingError("HOIST_ACCESS_TABLE")


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
    door = Door(_no_examination, tokens=_no_tokens, write=list[str]().append)

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


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/health/"])
@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "token_missing"),
        ("AWS4-HMAC-SHA256 Credential=AKIA/20260301/us-east-1/execute-api", "token_missing"),
        ("Bearer", "token_invalid"),
        (f"Bearer {VIEWER.text.reveal()}0", "token_invalid"),
        (f"Bearer {new_token().text.reveal()}", "token_unknown"),
    ],
)
def test_strangers_are_told_nothing(path: str, authorization: str, code: str) -> None:
    """Whoever has no token that is known hears why, how to get one, and nothing of the report."""
    room = HealthRoom()

    answer = _door(room).answer(_event(path, Authorization=authorization), time_left_seconds=30)

    problem = json.loads(answer["body"])
    assert (answer["statusCode"], problem["code"]) == (401, code)
    assert answer["multiValueHeaders"]["WWW-Authenticate"] == ['Bearer realm="hoist"']
    assert "hoist login" in problem["way_out"]
    assert (room.check.looks, "verdict" in problem) == (0, False)


def test_an_expired_token_is_none() -> None:
    """From the moment on at which its time is over."""
    access = book_site()
    token = token_with(access.storage, [grant("admin")])
    examination = HealthRoom().examination()
    door = _door_to(lambda: examination, list[str]().append, access)
    event = {"httpMethod": "GET", "path": "/health", "headers": bearer(token)}

    before = door.answer(event, time_left_seconds=30)
    access.clock.advance(timedelta(days=1).total_seconds())
    after = door.answer(event, time_left_seconds=30)

    assert (before["statusCode"], after["statusCode"]) == (200, 401)
    assert json.loads(after["body"])["code"] == "token_expired"


def test_a_revoked_token_is_none() -> None:
    """With the next request after it was revoked."""
    access = book_site()
    token = token_with(access.storage, [grant("admin")])
    access.storage.delete_token(token.id)
    event = {"httpMethod": "GET", "path": "/health", "headers": bearer(token)}

    answer = _door_to(HealthRoom().examination, list[str]().append, access).answer(
        event, time_left_seconds=30
    )

    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "token_unknown")


@pytest.mark.parametrize("role", ["viewer", "operator", "approver", "admin"])
def test_who_may_see_any_stack_is_told(role: str) -> None:
    """Every role sees, on whatever stacks; the report is of the installation."""
    token = token_with(ACCESS.storage, [grant(role, "shop/dev")])

    assert _asked(HealthRoom(), _event("/health", **bearer(token)))[0] == 200


def test_a_token_that_is_good_nowhere_tells_nothing() -> None:
    """A token for stacks that none of its owner's grants cover sees nothing at all."""
    access = book_site()
    token = new_token()
    elsewhere = grant("viewer", "garden/*")
    access.storage.put_token(issued_record(token, grant("viewer", "shop/*"), limit=elsewhere))
    event = {"httpMethod": "GET", "path": "/health", "headers": bearer(token)}

    answer = _door_to(HealthRoom().examination, list[str]().append, access).answer(
        event, time_left_seconds=30
    )

    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (403, "permission_missing")


def test_anybody_is_told_that_it_lives() -> None:
    """Without a token, and nothing but that."""
    status, _, document = _asked(HealthRoom(), _event("/health/live", Authorization=""))

    assert (status, document) == (200, {"status": "pass"})


@pytest.mark.parametrize(
    ("time_left", "budget"), [(50.0, 16.8), (29.0, 16.8), (10.0, 6.0), (0.0, 0.0)]
)
def test_an_answer_comes_before_the_gateway_gives_up(time_left: float, budget: float) -> None:
    """A request's checks end in time for API Gateway, however long the function itself may run."""
    timed = TimedExamination()
    _door_to(lambda: timed, list[str]().append).answer(
        _event("/health"), time_left_seconds=time_left
    )

    assert timed.budgets == [pytest.approx(budget)]


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
    answer = _door_to(_no_examination, list[str]().append).answer(
        _event("/health"), time_left_seconds=30
    )

    problem = json.loads(answer["body"])
    assert (problem["status"], problem["code"]) == (503, "health_setting_missing")
    assert "HOIST_INSTALLATION" in problem["detail"]


def test_crash_is_logged_once_and_told_without_words() -> None:
    """What nobody thought of is a line in the log and a bare 500, both without its text."""
    lines: list[str] = []

    answer = _door_to(_broken_examination, lines.append).answer(
        _event("/health"), time_left_seconds=30
    )

    (line,) = lines
    assert json.loads(line)["error"] == "RuntimeError"
    assert answer["statusCode"] == 500
    assert "canary" not in line + answer["body"]


def test_schedule_fails_loudly() -> None:
    """A look of the schedule that cannot be made fails the invocation, so that alarms see it."""
    with pytest.raises(HealthSettingMissingError):
        _door_to(_no_examination, list[str]().append).answer(CHECK_HEALTH, time_left_seconds=30)


_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)
_names = st.sampled_from(["Authorization", "authorization"])
_values = st.sampled_from([f"Bearer {VIEWER.text.reveal()}", "Bearer x", "token", ""]) | _json
_headers = st.dictionaries(_names, _values)
_requests = st.fixed_dictionaries(
    {"httpMethod": st.sampled_from(["GET", "HEAD", "get", "PUT", ""])},
    optional={
        "path": _json | st.sampled_from(["/health", "/health/live"]),
        "requestContext": _json | st.fixed_dictionaries({"identity": _json}),
        "headers": _json | _headers,
        "multiValueHeaders": _json | st.dictionaries(_names, st.lists(_values, max_size=2) | _json),
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

    assert answer["statusCode"] in {200, 401, 404}
    assert isinstance(json.loads(answer["body"]), dict)
