"""What every store of secrets must do, one case per behaviour of Secrets Manager.

To run it on a store of your own with pytest, open a fresh `Subject` per case:

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_my_store(case):
        case.run(Subject(MyStore(), function_arn="arn:...", missing_function_arn="arn:..."))

`Case.run` raises AssertionError with the case's sentence when the store does something else, and
deletes what it made. For the values in question, tell pytest beforehand, in a conftest.py:
`pytest.register_assert_rewrite("hoist.secrets.conformance")`.

Numbers group cases of one behaviour. Where AWS says no without a documented code, any client error
is taken for a no; texts of errors are never compared. What Secrets Manager does around a rotation
function (the four calls, retries, taking the pending label off at the end) is not in here: that is
a rotation engine's, over any store.
"""

from types import ModuleType

from hoist.secrets.conformance import (
    creating,
    deleting,
    describing,
    moving,
    putting,
    reading,
    rotating,
    updating,
)
from hoist.secrets.conformance.case import Case
from hoist.secrets.conformance.subject import Subject

__all__ = ["CASES", "Case", "Subject"]


def _cases_of(*modules: ModuleType) -> tuple[Case, ...]:
    found = [case for module in modules for case in vars(module).values()]
    return tuple(
        sorted(
            (case for case in found if isinstance(case, Case)),
            key=lambda case: (case.number, case.name),
        )
    )


CASES = _cases_of(creating, putting, reading, moving, describing, rotating, deleting, updating)
