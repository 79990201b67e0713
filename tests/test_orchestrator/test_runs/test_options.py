"""The options of a run."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.runs.documents import document_of, run_in
from orchestrator.runs.errors import RunRequestError
from orchestrator.runs.options import (
    KINDS_BY_OPTION,
    MAX_LISTED,
    MAX_PARALLEL,
    ImportedCreate,
    RunOptions,
    check_kind,
)
from orchestrator.runs.states import RunKind
from run_builders import queued
from run_sites import request

URNS = st.text(min_size=1, max_size=20)
OPTIONS = st.builds(
    RunOptions,
    parallel=st.integers(1, MAX_PARALLEL),
    targets=st.lists(URNS, max_size=3).map(tuple),
    expect_no_changes=st.booleans(),
    continue_on_error=st.booleans(),
    recreate_pending=st.booleans(),
    clear_pending_creates=st.booleans(),
    import_pending_creates=st.lists(st.builds(ImportedCreate, URNS, URNS), max_size=3).map(tuple),
)


@given(OPTIONS)
def test_options_are_kept_with_the_run(options: RunOptions) -> None:
    """What is read from a run's document are the options that were asked for."""
    run = replace(queued(), request=replace(request(), options=options))

    assert run_in(document_of(run), revision=run.revision).request.options == options


@pytest.mark.parametrize(
    "wrong",
    [
        {"parallel": 0},
        {"parallel": MAX_PARALLEL + 1},
        {"targets": ("",)},
        {"targets": ("urn",) * (MAX_LISTED + 1)},
        {"targets": ("x" * 2001,)},
        {"import_pending_creates": (ImportedCreate("urn", ""),)},
    ],
)
def test_options_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    """A run's record stays small, and its numbers make sense."""
    with pytest.raises(RunRequestError):
        RunOptions(**wrong)


@pytest.mark.parametrize("kind", RunKind)
@pytest.mark.parametrize("option", KINDS_BY_OPTION)
def test_a_kind_knows_its_options(kind: RunKind, option: str) -> None:
    """An option that is set is refused by name where the kind does not know it."""
    value = {"targets": ("urn",), "import_pending_creates": (ImportedCreate("urn", "id"),)}
    options = RunOptions(**{option: value.get(option, True)})  # type: ignore[arg-type]

    if kind in KINDS_BY_OPTION[option]:
        check_kind(kind, options)
    else:
        with pytest.raises(RunRequestError, match=f"'{kind}' cannot do '{option}'"):
            check_kind(kind, options)
    check_kind(kind, RunOptions())
