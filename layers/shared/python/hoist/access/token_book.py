"""Issues tokens, knows them again, revokes them, and counts what is done with them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hoist.access.errors import (
    AccessSettingsError,
    RateLimitedError,
    ScopeTooWideError,
    TokenExpiredError,
    TokenNotFoundError,
    TokenUnknownError,
    TokenWishError,
)
from hoist.access.grants import NO_LIMIT, Authority, Grant
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Permission, Role
from hoist.access.records import TokenRecord
from hoist.access.storage import AccessStorage, Counter
from hoist.access.tokens import AccessToken, is_token_id, new_token
from hoist.clock import Clock

# A working day. A token outlives a change of the settings by at most its lifetime.
DEFAULT_LIFETIME = timedelta(hours=8)
LONGEST_LIFETIME = timedelta(hours=12)
# Long enough for one job.
SHORTEST_LIFETIME = timedelta(minutes=5)
# A role of CI is one person, and each of its jobs signs in.
MAX_TOKENS_PER_HOUR = 200
# Far above what a script does that sets values one by one.
MAX_CHANGES_PER_MINUTE = 300
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """What a token shall be good for: never for more than its owner. Raises TokenWishError."""

    role: Role | None = None
    """No more than this role may; None is for all that the owner may."""
    stacks: StackPattern = field(default_factory=StackPattern)
    lifetime: timedelta = DEFAULT_LIFETIME

    def __post_init__(self) -> None:
        if not SHORTEST_LIFETIME <= self.lifetime <= LONGEST_LIFETIME:
            raise TokenWishError(
                f"no token is good for {self.lifetime}",
                way_out=f"ask for {SHORTEST_LIFETIME} to {LONGEST_LIFETIME}",
            )


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token: the only time that its text is seen."""

    token: AccessToken
    record: TokenRecord


class TokenBook:
    """The tokens of one installation."""

    def __init__(self, storage: AccessStorage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def authority_of(self, token: AccessToken) -> Authority:
        """What the bearer of a token may do now, found out by one read.

        Raises TokenUnknownError, TokenExpiredError.
        """
        record = self._storage.token(token.id)
        if record is None or not hmac.compare_digest(record.digest, token.digest):
            raise TokenUnknownError
        # Stores drop what has expired late: the time is compared as well.
        if record.is_expired(self._clock.now()):
            raise TokenExpiredError
        return record.authority

    def issue(self, user_arn: str, wish: TokenWish) -> IssuedToken:
        """Issue a token to an IAM identity, by the access settings as they are now.

        Raises PrincipalRefusedError, PrincipalUnmappedError, ScopeTooWideError, RateLimitedError,
        AccessSettingsError.
        """
        # Only who signs in waits for the settings' reader.
        from hoist.access.mapping import read_mapping
        from hoist.access.principals import caller_of

        caller, now = caller_of(user_arn), self._clock.now()
        settings = self._storage.settings()
        if settings is None:
            raise AccessSettingsError("they were never deployed")
        standing = read_mapping(settings).standing_of(caller)
        limit = _limit(standing.grants, wish)
        self._count_issue(standing.person, now)
        token = new_token()
        record = TokenRecord(
            id=token.id,
            digest=token.digest,
            person=standing.person,
            principal=caller.arn,
            grants=standing.grants,
            limit=limit,
            created_at=now,
            expires_at=now + wish.lifetime,
        )
        self._storage.put_token(record)
        return IssuedToken(token, record)

    def tokens_for(self, authority: Authority) -> Sequence[TokenRecord]:
        """The person's own tokens that are good now, and those of all to who administers all."""
        now, sees_all = self._clock.now(), _administers_all(authority)
        return [
            record
            for record in self._storage.tokens()
            if not record.is_expired(now) and (sees_all or record.person == authority.person)
        ]

    def revoke(self, authority: Authority, token_id: str) -> None:
        """Nobody is let in by the token from now on.

        Raises TokenNotFoundError for one that is not there, and alike for one that is another
        person's, unless they administer all stacks.
        """
        record = self._storage.token(token_id) if is_token_id(token_id) else None
        if record is None:
            raise TokenNotFoundError
        if record.person != authority.person and not _administers_all(authority):
            raise TokenNotFoundError
        self._storage.delete_token(token_id)

    def count_change(self, authority: Authority) -> None:
        """Count a request that changes something, by one write; raises RateLimitedError."""
        now = self._clock.now()
        counter = Counter.at(f"changes#{authority.token_id}", now, window=_MINUTE)
        if not self._storage.count(counter, limit=MAX_CHANGES_PER_MINUTE):
            raise RateLimitedError(
                f"token {authority.token_id} has made {MAX_CHANGES_PER_MINUTE} changes in a minute",
                retry_after=counter.ends_at - now,
            )

    def _count_issue(self, person: str, now: datetime) -> None:
        counter = Counter.at(f"tokens#{person}", now, window=_HOUR)
        if not self._storage.count(counter, limit=MAX_TOKENS_PER_HOUR):
            raise RateLimitedError(
                f"{person} has got {MAX_TOKENS_PER_HOUR} tokens within an hour",
                retry_after=counter.ends_at - now,
            )


def _limit(grants: Sequence[Grant], wish: TokenWish) -> Grant:
    """The limit that a wish means; raises ScopeTooWideError where no grant covers its role."""
    wanted = wish.role.permissions if wish.role else frozenset[Permission]()
    if not any(
        wanted <= grant.role.permissions and grant.stacks.overlaps(wish.stacks) for grant in grants
    ):
        role = f"the role {wish.role}" if wish.role else "any role"
        raise ScopeTooWideError(
            f"you do not have {role} on {wish.stacks}",
            way_out=f"your roles are: {', '.join(map(str, grants))}",
        )
    return Grant(wish.role or NO_LIMIT.role, wish.stacks)


def _administers_all(authority: Authority) -> bool:
    return authority.may_everywhere(Permission.ADMINISTER)
