"""Which strategy a secret wants: it says so in its tag or in its value."""

import json
from collections.abc import Callable, Mapping

from hoist.secret import Secret
from rotation.errors import StrategyUnknownError
from rotation.strategy import Strategy

STRATEGY_TAG = "hoist:rotation-strategy"
STRATEGY_FIELD = "strategy"

StrategyMakers = Mapping[str, Callable[[], Strategy]]
"""The strategies by name, each made when a secret first wants it."""


def strategy_name(tags: Mapping[str, str], document: Secret | None) -> str:
    """The tag's word or the document's; raises StrategyUnknownError if there is none, or two."""
    tagged = tags.get(STRATEGY_TAG, "")
    written = _written_in(document) if document else ""
    if tagged and written and tagged != written:
        raise StrategyUnknownError(
            f"the tag {STRATEGY_TAG} and the field {STRATEGY_FIELD!r} name different strategies",
            way_out="remove one of them",
        )
    if not tagged and not written:
        raise StrategyUnknownError(
            "the secret names no strategy",
            way_out=f"set its tag {STRATEGY_TAG}, or the field {STRATEGY_FIELD!r} of its value",
        )
    return tagged or written


def _written_in(document: Secret) -> str:
    # A value that is no JSON object is a bare one; whether that is right, the strategy says.
    try:
        value = json.loads(document.reveal())
    except (ValueError, RecursionError):
        return ""
    written = value.get(STRATEGY_FIELD) if isinstance(value, dict) else None
    return written if isinstance(written, str) else ""


def strategy_named(name: str, makers: StrategyMakers) -> Strategy:
    """The strategy; raises StrategyUnknownError."""
    # The name comes from a value: it is quoted only if it is one of ours.
    maker = makers.get(name)
    if maker is None:
        raise StrategyUnknownError(
            "the secret names a strategy that does not exist",
            way_out=f"name one of {', '.join(sorted(makers))}",
        )
    return maker()
