"""One behaviour as something that can be run on a store."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import ClientError, ParamValidationError

from hoist.secrets.conformance.subject import Subject


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour: its number, what it is called, and one sentence that is true of a good store."""

    number: int
    name: str
    sentence: str
    _check: Callable[[Subject], None]

    def run(self, subject: Subject) -> None:
        """Raises AssertionError, or whatever the store raised, when the store does otherwise."""
        try:
            self._check(subject)
        except AssertionError as error:
            raise AssertionError(f"not so: {self.sentence} {error}".strip()) from error
        finally:
            subject.clean_up()

    def __str__(self) -> str:
        return f"{self.number:02}_{self.name}"


def behaviour(number: int) -> Callable[[Callable[[Subject], None]], Case]:
    """Make a check the case of this number; its docstring is the sentence."""

    def case_of(check: Callable[[Subject], None]) -> Case:
        return Case(number, check.__name__, check.__doc__ or "", check)

    return case_of


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """The block is refused, with one of the codes if any are given.

    An SDK that refuses it before it is sent counts as well: the store would have been next.
    """
    try:
        yield
    except ParamValidationError:
        return
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert not codes or found in codes, f"refused with {found}, not {' or '.join(codes)}"
        return
    raise AssertionError("the call succeeded")


def refusal_of(call: Callable[[], object]) -> ClientError:
    """The store's refusal of the call, which an SDK must let through."""
    try:
        call()
    except ClientError as error:
        return error
    raise AssertionError("the call succeeded")
