"""Which error becomes which status."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

from hoist.access.errors import AccessDeniedError, RateLimitedError, UnauthenticatedError
from hoist.errors import EnvironmentFaultError, HoistError, UsageError
from orchestrator.http_api.problems import problem_of, status_of
from orchestrator.runs.errors import RunMoveError
from orchestrator.state.errors import StateConflictError

# What the API can meet; the engine's own errors end in runs, not here.
ANOTHER_DOOR = "orchestrator.state.protocol."
REACHABLE = (
    "hoist.access",
    *("orchestrator.http_api", "orchestrator.runs", "orchestrator.run_events"),
    *("orchestrator.stack_config", "orchestrator.stack_life", "orchestrator.state"),
    "orchestrator.uploads",
)


def errors_of_the_api() -> Iterator[type[HoistError]]:
    for package in REACHABLE:
        module = import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
            import_module(found.name)
    names = tuple(f"{package}." for package in REACHABLE)
    for kind in _below(HoistError):
        if kind.__module__.startswith(names) and not kind.__module__.startswith(ANOTHER_DOOR):
            yield kind


def _below(kind: type[HoistError]) -> Iterator[type[HoistError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _below(narrower)


# Errors of the server itself, which the caller cannot mend and that will not pass by themselves.
SERVERS_OWN = {
    "answer_too_large",
    "event_unknown",
    "hoist_error",
}


def test_every_error_has_a_status_of_its_kind() -> None:
    """What the caller can mend is 4xx, what may pass is 503, and 500 is for a list of few."""
    for kind in errors_of_the_api():
        status = status_of(kind)
        if issubclass(kind, EnvironmentFaultError):
            assert status == 503, kind
        elif issubclass(kind, UnauthenticatedError | AccessDeniedError):
            assert status == (401 if issubclass(kind, UnauthenticatedError) else 403), kind
        elif issubclass(kind, RateLimitedError):
            assert status == 429, kind
        elif issubclass(kind, UsageError):
            assert 400 <= status < 500, kind
        elif issubclass(kind, StateConflictError | RunMoveError):
            assert status == 409, kind
        else:
            assert (status == 500) == (kind.code in SERVERS_OWN), kind


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("stack_not_found", 404),
        ("run_not_found", 404),
        ("config_not_set", 404),
        ("route_not_found", 404),
        ("stack_exists", 409),
        ("idempotency_key_reused", 409),
        ("program_not_uploaded", 409),
        ("stack_has_unfinished_runs", 409),
        ("stack_being_deleted", 409),
        ("run_finished", 409),
        ("corrupt_state", 409),
        ("request_too_large", 413),
        ("content_type_unknown", 415),
        *(("token_missing", 401), ("token_invalid", 401), ("token_unknown", 401)),
        *(("token_expired", 401), ("iam_identity_missing", 401)),
        *(("permission_missing", 403), ("principal_refused", 403), ("principal_unmapped", 403)),
        *(("scope_too_wide", 403), ("too_many_requests", 429)),
        *(("token_not_found", 404), ("stack_pattern_invalid", 400)),
        *(("access_unavailable", 503), ("access_settings_invalid", 503)),
        ("bad_request", 400),
        ("request_invalid", 400),
        ("store_unavailable", 503),
        ("doorbell_unavailable", 503),
    ],
)
def test_statuses_stay(code: str, status: int) -> None:
    """Clients rely on these."""
    kinds = {kind.code: kind for kind in errors_of_the_api()}

    assert status_of(kinds[code]) == status


def test_a_problem_says_what_to_do() -> None:
    """Code, sentence and way out are those of the error."""
    assert problem_of(UsageError("no", way_out="do")) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "usage",
        "detail": "no",
        "way_out": "do",
    }
