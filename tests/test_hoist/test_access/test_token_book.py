"""Tokens from their issue to their end."""

from datetime import timedelta

import pytest

from access_sites import (
    NOON,
    SHOP_DEV,
    WEB_DEV,
    BookSite,
    book_site,
    grant,
    role_arn,
    session_arn,
    settings_document,
    token_with,
    user_arn,
)
from hoist.access.errors import (
    AccessSettingsError,
    PrincipalRefusedError,
    PrincipalUnmappedError,
    RateLimitedError,
    ScopeTooWideError,
    TokenExpiredError,
    TokenNotFoundError,
    TokenUnknownError,
    TokenWishError,
)
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Permission, Role
from hoist.access.token_book import (
    DEFAULT_LIFETIME,
    LONGEST_LIFETIME,
    MAX_CHANGES_PER_MINUTE,
    MAX_TOKENS_PER_HOUR,
    SHORTEST_LIFETIME,
    TokenWish,
)
from hoist.access.tokens import AccessToken
from hoist.secret import Secret

ADA, BOB = session_arn("deployers", "ada"), session_arn("deployers", "bob")
CAROL = user_arn("carol")
SHOP = StackPattern.parse("shop/*")


@pytest.fixture
def site() -> BookSite:
    return book_site(
        settings_document(
            (role_arn("deployers"), "operator", "shop/*", "fixed"),
            (role_arn("deployers"), "viewer", "*/*", "fixed"),
            (CAROL, "admin", "*/*"),
            (user_arn("dan"), "admin", "shop/*"),
        )
    )


def issue(site: BookSite, arn: str = ADA, **wish: object) -> AccessToken:
    return site.book.issue(arn, TokenWish(**wish)).token  # type: ignore[arg-type]


def test_a_token_is_good_for_what_its_owner_is(site: BookSite) -> None:
    """By the settings as they were when it was issued, until its time is over."""
    issued = site.book.issue(ADA, TokenWish())

    authority = site.book.authority_of(issued.token)

    assert (authority.person, authority.principal) == (ADA, ADA)
    assert authority.token_id == issued.token.id
    assert authority.may(Permission.OPERATE, SHOP_DEV)
    assert authority.may(Permission.READ, WEB_DEV)
    assert not authority.may(Permission.OPERATE, WEB_DEV)
    assert issued.record.expires_at == NOON + DEFAULT_LIFETIME


def test_a_token_ends_with_its_time(site: BookSite) -> None:
    """To the second, whether the store has dropped it or not."""
    token = issue(site, lifetime=SHORTEST_LIFETIME)
    site.clock.advance(SHORTEST_LIFETIME.total_seconds() - 1)
    site.book.authority_of(token)
    site.clock.advance(1)

    with pytest.raises(TokenExpiredError):
        site.book.authority_of(token)


def test_the_id_alone_opens_nothing(site: BookSite) -> None:
    """It is in logs and lists: whoever reads them there has nothing."""
    token = issue(site)

    with pytest.raises(TokenUnknownError):
        site.book.authority_of(AccessToken(token.id, Secret("guessed")))


@pytest.mark.parametrize("lifetime", [SHORTEST_LIFETIME, LONGEST_LIFETIME])
def test_lifetimes_have_bounds(lifetime: timedelta) -> None:
    """The bounds themselves are allowed, and nothing beyond them."""
    assert TokenWish(lifetime=lifetime).lifetime == lifetime
    beyond = timedelta(seconds=-1 if lifetime == SHORTEST_LIFETIME else 1)
    with pytest.raises(TokenWishError):
        TokenWish(lifetime=lifetime + beyond)


def test_a_token_may_be_narrowed(site: BookSite) -> None:
    """To a role, to stacks, to both: all else is out of its reach."""
    viewer = site.book.authority_of(issue(site, CAROL, role=Role.VIEWER))
    in_shop = site.book.authority_of(issue(site, CAROL, stacks=SHOP))

    assert viewer.may(Permission.READ, WEB_DEV)
    assert not viewer.may(Permission.READ_SECRETS, WEB_DEV)
    assert in_shop.may(Permission.ADMINISTER, SHOP_DEV)
    assert not in_shop.may(Permission.READ, WEB_DEV)


@pytest.mark.parametrize(
    "wish",
    [
        TokenWish(role=Role.ADMIN),
        TokenWish(role=Role.APPROVER),
        TokenWish(role=Role.OPERATOR, stacks=StackPattern.parse("web/*")),
    ],
)
def test_a_token_is_never_widened(site: BookSite, wish: TokenWish) -> None:
    """Who asks for more is told what they have."""
    with pytest.raises(ScopeTooWideError) as caught:
        site.book.issue(ADA, wish)

    assert caught.value.way_out == "your roles are: operator on shop/*, viewer on */*"


def test_a_role_that_is_wished_everywhere_is_good_where_one_has_it(site: BookSite) -> None:
    """The limit takes away, and gives nothing."""
    operator = site.book.authority_of(issue(site, role=Role.OPERATOR))

    assert operator.may(Permission.OPERATE, SHOP_DEV)
    assert not operator.may(Permission.OPERATE, WEB_DEV)


def test_strangers_get_none(site: BookSite) -> None:
    """Neither who is not in the settings nor who is no user and no role."""
    with pytest.raises(PrincipalUnmappedError):
        issue(site, user_arn("eve"))
    with pytest.raises(PrincipalRefusedError):
        issue(site, "arn:aws:iam::111122223333:root")
    assert site.storage.tokens() == []


@pytest.mark.parametrize("settings", [None, "", "{}", '{"schema": 9, "grants": []}'])
def test_without_settings_nobody_gets_one(settings: str | None) -> None:
    """What is missing or damaged opens no door."""
    site = book_site(settings)

    with pytest.raises(AccessSettingsError):
        issue(site, CAROL)
    assert site.storage.tokens() == []


def test_revoking_works_at_once(site: BookSite) -> None:
    """The next request with the token is nobody's."""
    token = issue(site)
    authority = site.book.authority_of(token)

    site.book.revoke(authority, token.id)

    with pytest.raises(TokenUnknownError):
        site.book.authority_of(token)
    with pytest.raises(TokenNotFoundError):
        site.book.revoke(authority, token.id)


def test_one_sees_and_revokes_ones_own(site: BookSite) -> None:
    """Another person's token is as one that is not there."""
    mine, other = issue(site), issue(site, BOB)
    ada = site.book.authority_of(mine)

    assert [record.id for record in site.book.tokens_for(ada)] == [mine.id]
    with pytest.raises(TokenNotFoundError) as theirs:
        site.book.revoke(ada, other.id)
    with pytest.raises(TokenNotFoundError) as nobodys:
        site.book.revoke(ada, "0" * 20)
    assert theirs.value.message == nobodys.value.message
    site.book.authority_of(other)


def test_who_administers_all_revokes_anybodys(site: BookSite) -> None:
    """An administrator of some stacks does not, nor one whose token was narrowed."""
    token = issue(site)
    dan = site.book.authority_of(issue(site, user_arn("dan")))
    narrowed = site.book.authority_of(issue(site, CAROL, stacks=SHOP))
    for authority in (dan, narrowed):
        assert token.id not in [record.id for record in site.book.tokens_for(authority)]
        with pytest.raises(TokenNotFoundError):
            site.book.revoke(authority, token.id)

    carol = site.book.authority_of(issue(site, CAROL))
    assert token.id in [record.id for record in site.book.tokens_for(carol)]
    site.book.revoke(carol, token.id)

    with pytest.raises(TokenUnknownError):
        site.book.authority_of(token)


@pytest.mark.parametrize("token_id", ["", "..", "tokens", "0" * 19, "A" * 20, "\ud800", "x" * 5000])
def test_an_id_that_none_has_is_not_found(site: BookSite, token_id: str) -> None:
    """Without asking the store, and without repeating it: it might be a token."""
    with pytest.raises(TokenNotFoundError) as caught:
        site.book.revoke(site.book.authority_of(issue(site, CAROL)), token_id)

    assert caught.value.message == "there is no such token of yours"


def test_what_has_expired_is_not_listed(site: BookSite) -> None:
    """It may still be in the store."""
    issue(site)
    site.clock.advance(DEFAULT_LIFETIME.total_seconds())
    later = issue(site)

    listed = site.book.tokens_for(site.book.authority_of(later))

    assert [record.id for record in listed] == [later.id]
    assert len(site.storage.tokens()) == 2


def test_a_person_gets_so_many_tokens_an_hour(site: BookSite) -> None:
    """Another person is not held up, and the next hour begins anew."""
    for _ in range(MAX_TOKENS_PER_HOUR):
        issue(site)

    with pytest.raises(RateLimitedError) as caught:
        issue(site)
    assert caught.value.retry_after_seconds == 3600
    issue(site, BOB)
    site.clock.advance(3600)
    issue(site)


def test_a_token_makes_so_many_changes_a_minute(site: BookSite) -> None:
    """Another token is not held up, and the next minute begins anew."""
    ada = site.book.authority_of(token_with(site.storage, [grant("admin")]))
    other = site.book.authority_of(token_with(site.storage, [grant("admin")]))
    site.clock.advance(20)
    for _ in range(MAX_CHANGES_PER_MINUTE):
        site.book.count_change(ada)

    with pytest.raises(RateLimitedError) as caught:
        site.book.count_change(ada)
    assert caught.value.retry_after_seconds == 40
    assert "in 40 s" in caught.value.way_out
    site.book.count_change(other)
    site.clock.advance(40)
    site.book.count_change(ada)
