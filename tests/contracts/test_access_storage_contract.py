"""What every store of tokens promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from access_sites import (
    NOON,
    AccessTable,
    OpenAccess,
    emulator_access,
    grant,
    issued_record,
    moto_access,
    put_settings,
)
from hoist.access.dynamodb import DynamoDBAccess
from hoist.access.errors import AccessRecordError, AccessSettingsError, AccessUnavailableError
from hoist.access.memory import InMemoryAccess
from hoist.access.storage import AccessStorage, Counter
from hoist.access.tokens import new_token

_EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)
MINUTE = timedelta(minutes=1)
SETTINGS = '{"schema": 1, "grants": []}'


@pytest.fixture(params=["moto", _EMULATOR])
def table(request: pytest.FixtureRequest) -> Iterator[AccessTable]:
    """An empty table, of whatever there is."""
    yield from _tables(request)


@pytest.fixture(params=["memory", "moto", _EMULATOR])
def open_access(request: pytest.FixtureRequest) -> Iterator[OpenAccess]:
    """Fresh views of one empty store."""
    if request.param == "memory":
        store = InMemoryAccess()
        yield lambda: store
        return
    for made in _tables(request):
        yield made.open


@pytest.fixture
def storage(open_access: OpenAccess) -> AccessStorage:
    return open_access()


def _tables(request: pytest.FixtureRequest) -> Iterator[AccessTable]:
    if request.param == "moto":
        with moto_access() as made:
            yield made
    else:
        with emulator_access(request.getfixturevalue("emulator_url")) as made:
            yield made


def test_a_token_is_kept_as_it_was(storage: AccessStorage, open_access: OpenAccess) -> None:
    """Every other view sees it at once."""
    record = issued_record(new_token(), grant("viewer", "shop/*"), limit=grant("admin", "*/dev"))

    storage.put_token(record)

    assert open_access().token(record.id) == record
    assert storage.token(new_token().id) is None


def test_a_token_that_was_deleted_is_gone(storage: AccessStorage, open_access: OpenAccess) -> None:
    """For every view; deleting it again does nothing."""
    record = issued_record(new_token())
    storage.put_token(record)

    storage.delete_token(record.id)
    storage.delete_token(record.id)

    assert open_access().token(record.id) is None
    assert open_access().tokens() == []


def test_tokens_are_listed_by_their_ids(storage: AccessStorage) -> None:
    """All of them, and nothing else that the store keeps."""
    records = [issued_record(new_token(), person=f"person-{number}") for number in range(5)]
    for record in records:
        storage.put_token(record)
    storage.count(Counter.at("tokens", NOON, window=MINUTE), limit=1)

    assert list(storage.tokens()) == sorted(records, key=lambda record: record.id)


def test_a_counter_stops_at_its_limit(storage: AccessStorage, open_access: OpenAccess) -> None:
    """Of each name and each window by itself, whoever counts."""
    counter = Counter.at("changes#1", NOON, window=MINUTE)

    assert [open_access().count(counter, limit=3) for _ in range(5)] == [True] * 3 + [False] * 2
    assert storage.count(replace(counter, name="changes#2"), limit=3)
    assert storage.count(Counter.at("changes#1", NOON + MINUTE, window=MINUTE), limit=3)
    assert not storage.count(Counter.at("changes#1", NOON + MINUTE * 0.9, window=MINUTE), limit=3)


@pytest.mark.parametrize("store", ["memory", _EMULATOR])
def test_those_who_count_at_once_are_all_counted(
    store: str, request: pytest.FixtureRequest
) -> None:
    """Of many at the same time exactly as many get through as may."""
    counter = Counter.at("changes#1", NOON, window=MINUTE)

    def count_in(storage: AccessStorage) -> int:
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(lambda _: storage.count(counter, limit=10), range(24)))

    if store == "memory":
        assert count_in(InMemoryAccess()) == 10
        return
    with emulator_access(request.getfixturevalue("emulator_url")) as made:
        assert count_in(made.open()) == 10


def test_the_settings_are_those_that_were_deployed(table: AccessTable) -> None:
    """None before, and then what infra has written."""
    storage = table.open()
    assert storage.settings() is None

    put_settings(table.client, table.name, SETTINGS)

    assert storage.settings() == SETTINGS


@pytest.mark.parametrize(
    "broken", [{"format": {"N": "2"}, "document": {"S": SETTINGS}}, {"format": {"N": "1"}}, {}]
)
def test_settings_of_another_form_are_refused(
    table: AccessTable, broken: dict[str, object]
) -> None:
    """They are neither misread nor taken for none."""
    key = {"pk": {"S": "settings"}, "sk": {"S": "settings"}}
    table.client.put_item(TableName=table.name, Item={**key, **broken})  # type: ignore[dict-item]

    with pytest.raises(AccessSettingsError):
        table.open().settings()


@pytest.mark.parametrize("broken", [{"format": {"N": "2"}}, {"record": {"S": "{}"}}])
def test_a_token_of_another_form_lets_nobody_in(
    table: AccessTable, broken: dict[str, dict[str, str]]
) -> None:
    """It is told when it is used; it does not keep the others from being listed."""
    storage, good, bad = table.open(), issued_record(new_token()), issued_record(new_token())
    for record in (good, bad):
        storage.put_token(record)
    key = {"pk": {"S": "tokens"}, "sk": {"S": bad.id}}
    item = table.client.get_item(TableName=table.name, Key=key)["Item"]
    table.client.put_item(TableName=table.name, Item={**item, **broken})

    with pytest.raises(AccessRecordError):
        storage.token(bad.id)
    assert storage.tokens() == [good]


def test_items_expire_after_they_are_of_use(table: AccessTable) -> None:
    """The table may drop tokens and counters by itself, and never the settings."""
    storage, record = table.open(), issued_record(new_token())
    storage.put_token(record)
    storage.count(Counter.at("changes#1", NOON, window=MINUTE), limit=1)
    put_settings(table.client, table.name, SETTINGS)

    items = table.client.scan(TableName=table.name)["Items"]

    ends = {item["pk"]["S"]: int(item.get("expires_at", {"N": "0"})["N"]) for item in items}
    assert ends == {
        "tokens": int(record.expires_at.timestamp()),
        "count#changes#1": int((NOON + MINUTE).timestamp()),
        "settings": 0,
    }


@pytest.mark.parametrize(
    "ask",
    [
        lambda storage: storage.token("0" * 20),
        lambda storage: storage.put_token(issued_record(new_token())),
        lambda storage: storage.delete_token("0" * 20),
        lambda storage: storage.tokens(),
        lambda storage: storage.count(Counter.at("x", NOON, window=MINUTE), limit=1),
        lambda storage: storage.settings(),
    ],
)
def test_a_store_that_is_not_there_lets_nobody_in(table: AccessTable, ask: object) -> None:
    """Whatever is asked of it, the answer is that it cannot be had now."""
    missing = DynamoDBAccess(table.client, table=f"{table.name}-missing")

    with pytest.raises(AccessUnavailableError, match="missing"):
        ask(missing)  # type: ignore[operator]
