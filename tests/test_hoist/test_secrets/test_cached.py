"""Secrets as their consumers keep them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from hoist.rotation_engine.events import EventFacts, label_event
from hoist.secret import Secret
from hoist.secrets.cached import Cached, SecretUnreadableError
from secret_sites import NOON

ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db-AbCdEf"
CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
CLIENTS = 20


class RefusedError(Exception):
    """The target does not take the value."""


class Store:
    """Versions by label; counts what is read, and can change between two reads."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.reads: list[str] = []
        self.before_read: Callable[[], None] = lambda: None
        self.error: Exception | None = None

    def get_secret_value(self, *args: Any, **request: Any) -> Any:
        label = request["VersionStage"]
        self.before_read()
        self.reads.append(label)
        if self.error:
            raise self.error
        if label not in self.values:
            raise refusal("ResourceNotFoundException")
        value = self.values[label]
        version = {"VersionId": f"id of {value}", "ARN": ARN, "Name": "app/db"}
        return version | {"SecretString": value}


class Target:
    """Takes some values and refuses the others."""

    def __init__(self, *good: str) -> None:
        self.good = set(good)
        self.attempts: list[str] = []

    def __call__(self, value: Secret) -> str:
        self.attempts.append(value.reveal())
        if value.reveal() not in self.good:
            raise RefusedError
        return value.reveal()


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "CANARY"}}, "GetSecretValue")


def cached(
    store: Store, *fallbacks: str, clock: FixedClock | None = None, max_age_seconds: float = 300
) -> Cached:
    return Cached(
        store,
        "app/db",
        clock=clock or FixedClock(NOON),
        fallbacks=fallbacks,
        max_age=timedelta(seconds=max_age_seconds),
    )


def moved(version: str = "id of new", name: str = "app/db", label: str = CURRENT) -> dict[str, Any]:
    return label_event(EventFacts("1", NOON, ARN), name=name, label=label, version=version)


def test_value_is_read_once() -> None:
    """Whoever asks again gets what was read, as a Secret."""
    store = Store(AWSCURRENT="one")
    consumer = cached(store)

    assert consumer.value() == consumer.value() == Secret("one")
    assert store.reads == [CURRENT]


def test_value_has_an_end() -> None:
    """A value that has reached its greatest age is read again, and not before."""
    clock, store = FixedClock(NOON), Store(AWSCURRENT="one")
    consumer = cached(store, clock=clock, max_age_seconds=60)
    consumer.value()
    store.values[CURRENT] = "two"

    clock.advance(59)
    assert consumer.value() == Secret("one")
    clock.advance(1)
    assert consumer.value() == Secret("two")


def test_refused_value_is_read_again() -> None:
    """A value that the target refuses is read again, and the new one is kept."""
    store, target = Store(AWSCURRENT="old"), Target("new")
    consumer = cached(store)
    consumer.value()
    store.values[CURRENT] = "new"

    assert consumer.use(target, refused=RefusedError) == "new"
    assert consumer.use(target, refused=RefusedError) == "new"
    assert target.attempts == ["old", "new", "new"]


def test_pending_value_is_tried_where_it_may_be() -> None:
    """Between the change in the target and the promotion the pending value is the good one."""
    store, target = Store(AWSCURRENT="old", AWSPENDING="new"), Target("new")
    consumer = cached(store, PENDING, PREVIOUS)

    assert consumer.use(target, refused=RefusedError) == "new"
    assert consumer.use(target, refused=RefusedError) == "new"
    # What was good once is what everybody begins with.
    assert target.attempts == ["old", "new", "new"]


def test_pending_value_is_not_tried_where_it_may_not_be() -> None:
    """Without fallbacks no label but AWSCURRENT is ever read, and the refusal is the caller's."""
    store = Store(AWSCURRENT="old", AWSPENDING="new")

    with pytest.raises(RefusedError):
        cached(store).use(Target("new"), refused=RefusedError)
    assert set(store.reads) == {CURRENT}


def test_previous_value_comes_last() -> None:
    """The order of the fallbacks is the order in which values are tried."""
    store = Store(AWSCURRENT="two", AWSPENDING="three", AWSPREVIOUS="one")
    target = Target("one")

    assert cached(store, PENDING, PREVIOUS).use(target, refused=RefusedError) == "one"
    assert target.attempts == ["two", "three", "one"]


def test_promotion_between_two_reads_is_not_missed() -> None:
    """A version that moves from AWSPENDING to AWSCURRENT while labels are read is still found."""
    store, target = Store(AWSCURRENT="old"), Target("new")
    consumer = cached(store, PENDING, PREVIOUS)
    consumer.value()
    store.values[PENDING] = "new"

    def promote() -> None:
        if len(store.reads) == 2:
            store.values.clear()
            store.values |= {CURRENT: "new", PREVIOUS: "old"}

    store.before_read = promote

    assert consumer.use(target, refused=RefusedError) == "new"


def test_every_value_is_tried_once() -> None:
    """When nothing is taken the last refusal is raised, after one attempt with each value."""
    store = Store(AWSCURRENT="two", AWSPENDING="three", AWSPREVIOUS="one")
    target = Target()

    with pytest.raises(RefusedError):
        cached(store, PENDING, PREVIOUS).use(target, refused=RefusedError)
    assert sorted(target.attempts) == ["one", "three", "two"]


def test_another_error_is_no_refusal() -> None:
    """What is not a refusal passes through, and nothing is read again."""
    store = Store(AWSCURRENT="one")

    def broken(value: Secret) -> None:
        raise OSError

    with pytest.raises(OSError, match="^$"):
        cached(store, PENDING).use(broken, refused=RefusedError)
    assert store.reads == [CURRENT]


def test_many_who_are_refused_read_once() -> None:
    """Of clients that are all refused at one time, one reads and the others wait for it."""
    store, target = Store(AWSCURRENT="old"), Target("old")
    consumer = cached(store, PENDING, PREVIOUS)
    consumer.value()
    store.values |= {CURRENT: "new", PREVIOUS: "old"}
    all_refused = threading.Barrier(CLIENTS)

    def attempt(value: Secret) -> str:
        if value.reveal() == "old":
            all_refused.wait(30)
        return target(value)

    target.good = {"new"}
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(
            pool.map(lambda _: consumer.use(attempt, refused=RefusedError), range(CLIENTS))
        )

    assert answers == ["new"] * CLIENTS
    assert len(store.reads) == 1 + len((CURRENT, PENDING, PREVIOUS))


def test_many_who_come_first_read_once() -> None:
    """Threads that find nothing kept wait for the one that reads."""
    store = Store(AWSCURRENT="one")
    consumer = cached(store)
    together = threading.Barrier(CLIENTS)

    def ask(number: int) -> Secret:
        together.wait(30)
        return consumer.value()

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert set(pool.map(ask, range(CLIENTS))) == {Secret("one")}
    assert store.reads == [CURRENT]


def test_event_makes_it_read_again() -> None:
    """When AWSCURRENT has moved to another version, the next use reads it."""
    store = Store(AWSCURRENT="old")
    consumer = cached(store)
    consumer.value()
    store.values[CURRENT] = "new"

    assert consumer.hear(moved())
    assert consumer.value() == Secret("new")


@pytest.mark.parametrize(
    "event",
    [
        moved("id of old"),
        moved(label="blue"),
        {**moved(name="app/other"), "resources": ["arn:another"]},
        {"detail-type": "AWS Service Event via CloudTrail", "detail": {"name": "app/db"}},
        {},
    ],
)
def test_other_events_change_nothing(event: dict[str, Any]) -> None:
    """Other secrets, other labels, the version that is kept already: nothing is read again."""
    store = Store(AWSCURRENT="old")
    consumer = cached(store)
    consumer.value()

    assert not consumer.hear(event)
    consumer.value()
    assert store.reads == [CURRENT]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["detail", "detail-type", "resources", "source"]), _JSON),
    st.booleans(),
)
def test_any_event_may_come(event: dict[str, Any], is_labelled: bool) -> None:
    """No event, however odd, raises or is taken for news of a secret that it does not name."""
    consumer = cached(Store(AWSCURRENT="old"))
    consumer.value()
    if is_labelled:
        event["detail-type"] = "Secret Label Updated"

    assert not consumer.hear(event)


def test_missing_secret_is_named() -> None:
    """Without a current value the error names the secret and the label."""
    with pytest.raises(SecretUnreadableError, match="app/db has no value labelled AWSCURRENT"):
        cached(Store()).value()


@pytest.mark.parametrize(
    "error", [refusal("AccessDeniedException"), EndpointConnectionError(endpoint_url="CANARY")]
)
def test_errors_of_the_store_are_ours(error: Exception) -> None:
    """A refusal or silence of the store becomes an error that shows nothing of its text."""
    store = Store(AWSCURRENT="one")
    store.error = error

    with pytest.raises(SecretUnreadableError) as caught:
        cached(store).value()
    assert "CANARY" not in caught.value.message
    assert caught.value.__cause__ is None


def test_failed_read_is_not_kept() -> None:
    """When the store answers again, so does the cache."""
    store = Store(AWSCURRENT="one")
    consumer = cached(store)
    store.error = refusal("ThrottlingException")
    with pytest.raises(SecretUnreadableError):
        consumer.value()
    store.error = None

    assert consumer.value() == Secret("one")


def test_binary_value_is_refused() -> None:
    """A value that is no text is not handed out as if it were."""

    class Binary(Store):
        def get_secret_value(self, *args: Any, **request: Any) -> Any:
            return {"ARN": ARN, "Name": "app/db", "VersionId": "1", "SecretBinary": b"CANARY"}

    with pytest.raises(SecretUnreadableError, match="binary"):
        cached(Binary()).value()
