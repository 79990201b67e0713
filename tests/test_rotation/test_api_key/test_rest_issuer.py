"""The issuer behind a REST interface, over real HTTPS."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_key_issuer import (
    ADMIN_TOKEN,
    DRIP_SECONDS,
    DRIPS,
    Fault,
    KeyShop,
    Reply,
    RunningIssuer,
)
from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.errors import FailureKind, RotationError
from rotation.strategies.api_key.access import IssuerAccess, issuer_access
from rotation.strategies.api_key.connection import (
    LONGEST_WAIT_SECONDS,
    QUESTION_SECONDS,
    WAITS_AT_MOST,
)
from rotation.strategies.api_key.failures import IssuerFailureError
from rotation.strategies.api_key.issuer import NO_LIMIT, KeyIssuer
from rotation.strategies.api_key.rest_issuer import PAGES_AT_MOST, RestKeyIssuer
from rotation_site import MORNING
from scripted_server import ScriptedServer

OPERATIONS: dict[str, Callable[[KeyIssuer], object]] = {
    "list": lambda keys: keys.keys_labelled("app/"),
    "issue": lambda keys: keys.issue("app/token"),
    "verify": lambda keys: keys.verify(Secret("CANARY-key")),
    "revoke": lambda keys: keys.revoke("key_1"),
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture
def shop(issuer: RunningIssuer, clock: FixedClock) -> KeyShop:
    return issuer.open_shop(clock)


@pytest.fixture
def keys(issuer: RunningIssuer, shop: KeyShop, clock: FixedClock) -> RestKeyIssuer:
    return RestKeyIssuer(issuer_access(Secret(issuer.admin_document())), clock)


@pytest.fixture(params=list(OPERATIONS))
def operation(request: pytest.FixtureRequest) -> Callable[[KeyIssuer], object]:
    return OPERATIONS[request.param]


def test_life_of_a_key(keys: RestKeyIssuer) -> None:
    """A key that is issued is listed under its label and lets in, until it is revoked."""
    made = keys.issue("app/token")

    (listed,) = keys.keys_labelled("app/").keys
    assert (listed.key_id, listed.label) == (made.key_id, "app/token")
    assert keys.verify(made.key) == made.key_id
    keys.revoke(made.key_id)
    assert keys.verify(made.key) is None
    assert keys.keys_labelled("app/").keys == []


def test_revoked_twice(keys: RestKeyIssuer) -> None:
    """To revoke a key again, or one that never was, does nothing."""
    made = keys.issue("app/token")

    for key_id in (made.key_id, made.key_id, "never"):
        keys.revoke(key_id)


def test_all_pages_are_read(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """A list of several pages is read to its end."""
    made = [shop.add(f"app/{number}")[0] for number in range(7)]

    assert [key.key_id for key in keys.keys_labelled("app/").keys] == made


def test_endless_list(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """A list without an end is a failure, and not half a list."""
    shop.reply_next(*[Reply(200, {"keys": [], "next": "more"})] * PAGES_AT_MOST)

    with pytest.raises(IssuerFailureError, match="does not end"):
        keys.keys_labelled("app/")


def test_prefix_is_not_left_to_the_issuer(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """Keys with other labels, or none, are not taken for ours though the issuer lists them."""
    labels = ["app/1", "other/1", None, "xapp/1"]
    listed = [{"id": f"key_{n}", "label": label} for n, label in enumerate(labels)]
    shop.reply_next(Reply(200, {"keys": listed}))

    assert [key.label for key in keys.keys_labelled("app/").keys] == ["app/1"]


def test_places(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """How many keys the issuer would still make; without a word about it, any number."""
    assert keys.keys_labelled("app/").free_places == NO_LIMIT
    shop.places = 3
    assert keys.keys_labelled("app/").free_places == 3


def test_label_that_is_not_kept(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """A key that could not be found again is revoked at once, and refused."""
    shop.keeps_labels = False

    with pytest.raises(IssuerFailureError, match="label"):
        keys.issue("app/token")

    assert shop.live() == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.POLICY),
        (403, FailureKind.PERMISSION),
        (405, FailureKind.STATE),
        (409, FailureKind.POLICY),
        (418, FailureKind.STATE),
        (422, FailureKind.POLICY),
        (500, FailureKind.UNAVAILABLE),
        (503, FailureKind.UNAVAILABLE),
    ],
)
def test_refusals_by_their_kind(
    keys: RestKeyIssuer,
    shop: KeyShop,
    operation: Callable[[KeyIssuer], object],
    status: int,
    kind: FailureKind,
) -> None:
    """Each status is told by its kind and its number; what the answer says besides is not."""
    shop.reply_next(Reply(status, {"error": "CANARY"}))

    with pytest.raises(IssuerFailureError) as caught:
        operation(keys)

    assert caught.value.kind is kind
    assert str(status) in caught.value.message
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["list", "issue", "revoke"])
def test_administrator_who_is_not_known(
    issuer: RunningIssuer, shop: KeyShop, clock: FixedClock, name: str
) -> None:
    """A wrong token is a matter of authentication."""
    access = issuer_access(Secret(issuer.admin_document(token="CANARY-wrong")))

    with pytest.raises(IssuerFailureError) as caught:
        OPERATIONS[name](RestKeyIssuer(access, clock))

    assert caught.value.kind is FailureKind.AUTHENTICATION


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirections_are_not_followed(
    keys: RestKeyIssuer, shop: KeyShop, operation: Callable[[KeyIssuer], object], status: int
) -> None:
    """Nobody is sent the token because the issuer says so."""
    shop.reply_next(Reply(status, headers={"location": "/v1/keys"}))

    with pytest.raises(IssuerFailureError) as caught:
        operation(keys)

    assert caught.value.kind is FailureKind.STATE
    assert len(shop.asked) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", ["list", "issue", "verify"])
def test_lost_answers_are_no_answers(
    keys: RestKeyIssuer, shop: KeyShop, name: str, fault: Fault
) -> None:
    """A request whose answer is lost, or ends in its middle, is not sent a second time."""
    shop.keys["key_9"] = shop.keys[shop.add("app/1")[0]]
    shop.keys["key_9"].key = "CANARY-key"
    shop.accidents = {1: fault}

    with pytest.raises(IssuerFailureError) as caught:
        OPERATIONS[name](keys)

    assert caught.value.kind is FailureKind.NETWORK
    assert caught.value.__cause__ is None
    assert len(shop.asked) == 1


def test_too_many_requests(
    keys: RestKeyIssuer,
    shop: KeyShop,
    clock: FixedClock,
    operation: Callable[[KeyIssuer], object],
) -> None:
    """An issuer that asks for a short wait is waited for, and then asked again."""
    shop.reply_next(
        Reply(429, headers={"retry-after": "2"}),
        Reply(429, headers={"retry-after": "Mon, 02 Mar 2026 08:00:05 GMT"}),
        Reply(429),
    )
    shop.add("app/1")

    if operation is OPERATIONS["verify"]:
        assert operation(keys) is None
    else:
        operation(keys)

    assert clock.monotonic() == 2 + 3 + 1
    assert len(shop.asked) == 4


def test_longer_wait_is_not_waited_for(
    keys: RestKeyIssuer, shop: KeyShop, clock: FixedClock, operation: Callable[[KeyIssuer], object]
) -> None:
    """A wait that the function's time does not allow is told as throttling, at once."""
    shop.reply_next(Reply(429, headers={"retry-after": str(LONGEST_WAIT_SECONDS + 1)}))

    with pytest.raises(IssuerFailureError) as caught:
        operation(keys)

    assert caught.value.kind is FailureKind.THROTTLED
    assert clock.monotonic() == 0


def test_waiting_has_an_end(keys: RestKeyIssuer, shop: KeyShop, clock: FixedClock) -> None:
    """An issuer that always asks for another wait is given up."""
    shop.reply_next(*[Reply(429, headers={"retry-after": "3"})] * (WAITS_AT_MOST + 1))

    with pytest.raises(IssuerFailureError):
        keys.keys_labelled("app/")

    assert clock.monotonic() == 3 * WAITS_AT_MOST


def test_dripping_answer(
    keys: RestKeyIssuer,
    shop: KeyShop,
    clock: FixedClock,
    operation: Callable[[KeyIssuer], object],
) -> None:
    """An answer whose bytes come one by one, none of them late, is given up when its time is over,
    and not asked for a second time."""
    shop.accidents = {1: Fault.DRIPPED}

    with pytest.raises(IssuerFailureError, match="took longer than it may") as caught:
        operation(keys)

    assert caught.value.kind is FailureKind.NETWORK
    assert caught.value.__cause__ is None
    assert clock.monotonic() == DRIPS * DRIP_SECONDS > QUESTION_SECONDS
    assert len(shop.asked) == 1


def test_waits_and_answers_share_their_time(
    keys: RestKeyIssuer, shop: KeyShop, clock: FixedClock
) -> None:
    """A wait that would go beyond the time of the question is not begun."""
    slow = Reply(429, headers={"retry-after": "4"}, seconds=4)
    shop.reply_next(slow, slow, Reply(200, {"keys": []}))

    with pytest.raises(IssuerFailureError) as caught:
        keys.keys_labelled("app/")

    assert caught.value.kind is FailureKind.THROTTLED
    assert clock.monotonic() == 4 + 4 + 4


def test_endless_answer(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """An answer of more than a megabyte is not read to its end."""
    shop.reply_next(Reply(200, raw=b" " * 1_200_000))

    with pytest.raises(IssuerFailureError, match="endless"):
        keys.keys_labelled("app/")


def test_keys_are_in_no_url(keys: RestKeyIssuer, shop: KeyShop) -> None:
    """Neither a key nor the token is ever part of a URL, nor sent in a body."""
    made = keys.issue("app/token")
    keys.verify(made.key)
    keys.keys_labelled("app/")
    keys.revoke(made.key_id)

    assert [asked.bearer for asked in shop.asked] == [
        ADMIN_TOKEN,
        made.key.reveal(),
        ADMIN_TOKEN,
        ADMIN_TOKEN,
    ]
    assert "CANARY" not in repr([(asked.target, asked.body) for asked in shop.asked])


@pytest.mark.parametrize("key_id", ["a/b", "a?b", "..%2f", "a b", "ä"])
def test_ids_stay_in_their_segment(keys: RestKeyIssuer, shop: KeyShop, key_id: str) -> None:
    """An id is one segment of the path, whatever is in it."""
    keys.revoke(key_id)

    assert shop.asked[-1].path == f"/v1/keys/{key_id}"


def test_server_without_tls(clock: FixedClock) -> None:
    """A server that does not speak TLS is sent neither token nor key."""
    with ScriptedServer() as plain:
        access = IssuerAccess(plain.url.replace("http:", "https:"), Secret("CANARY-token"))
        with pytest.raises(IssuerFailureError) as caught:
            RestKeyIssuer(access, clock).keys_labelled("app/")

    assert caught.value.kind is FailureKind.TLS
    assert caught.value.__cause__ is None
    assert plain.asked == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON | st.just("key_1"),
        "key": JSON | st.just("CANARY"),
        "label": JSON | st.just("app/token"),
        "keys": JSON | st.lists(st.fixed_dictionaries({"id": JSON, "label": JSON})),
        "next": JSON,
        "free_places": JSON,
    },
)


@given(
    status=st.sampled_from([200, 201, 204]),
    body=st.binary(max_size=64) | (FIELDS | JSON).map(lambda value: json.dumps(value).encode()),
    name=st.sampled_from(list(OPERATIONS)),
)
def test_strange_answers(issuer: RunningIssuer, status: int, body: bytes, name: str) -> None:
    """Whatever is answered, it is either taken or refused by an error that quotes none of it."""
    shop = issuer.open_shop(FixedClock(MORNING))
    shop.reply_next(Reply(status, raw=b"" if status == 204 else body))
    keys = RestKeyIssuer(issuer_access(Secret(issuer.admin_document())), shop.clock)

    refusal = refusal_of(OPERATIONS[name], keys)

    assert refusal is None or isinstance(refusal, IssuerFailureError)
    assert "CANARY" not in str(refusal)


def refusal_of(operation: Callable[[KeyIssuer], object], keys: KeyIssuer) -> RotationError | None:
    try:
        operation(keys)
    except RotationError as error:
        return error
    return None
