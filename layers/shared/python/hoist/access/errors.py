"""Why somebody may not.

HoistError
  UnauthenticatedError        nobody that is known here asks (401)
    TokenMissingError           the request bears no Hoist token
    TokenInvalidError           what it bears has not the form of one
    TokenUnknownError           it was revoked, has expired long ago, or was never issued
    TokenExpiredError           its time is over
    IamIdentityMissingError     the request is not signed by an IAM identity
  AccessDeniedError           somebody known asks for what they may not (403)
    PermissionMissingError      no grant of theirs covers it
    PrincipalRefusedError       a kind of IAM identity that gets no token
    PrincipalUnmappedError      no setting gives the IAM identity a role
    ScopeTooWideError           a token was asked for that is good for more than who asks
  RateLimitedError            too much in too short a time (429)
  UsageError
    StackPatternError           a text that is no pattern of stacks
    TokenWishError              a token of a lifetime that none has
    TokenNotFoundError          there is no such token, or it is somebody else's
  EnvironmentFaultError
    AccessUnavailableError      the store does not answer: nobody is let in
    AccessSettingsError         the settings that give roles cannot be used
    AccessRecordError           a stored token cannot be read
"""

from datetime import timedelta

from hoist.errors import EnvironmentFaultError, HoistError, UsageError

SIGN_IN = "`hoist login` gets a token"


class UnauthenticatedError(HoistError):
    """The call bears no token that is known here."""

    code = "unauthenticated"


class TokenMissingError(UnauthenticatedError):
    """The request bears no Hoist token."""

    code = "token_missing"

    def __init__(self) -> None:
        super().__init__(
            "the request bears no Hoist token",
            way_out=f"{SIGN_IN}; send it as Authorization: Bearer <token>",
        )


class TokenInvalidError(UnauthenticatedError):
    """What stands where a token should has not the form of one."""

    code = "token_invalid"

    def __init__(self, fault: str) -> None:
        super().__init__(f"the token cannot be read: {fault}", way_out=SIGN_IN)


class TokenUnknownError(UnauthenticatedError):
    """The token is not known here: it was revoked, or never issued."""

    code = "token_unknown"

    def __init__(self) -> None:
        super().__init__(
            "the token is not known here: it was revoked, or issued by another installation",
            way_out=SIGN_IN,
        )


class TokenExpiredError(UnauthenticatedError):
    """The token's time is over."""

    code = "token_expired"

    def __init__(self) -> None:
        super().__init__("the token has expired", way_out=SIGN_IN)


class IamIdentityMissingError(UnauthenticatedError):
    """The request is not signed by an IAM identity, by which alone tokens are issued."""

    code = "iam_identity_missing"

    def __init__(self) -> None:
        super().__init__(
            "tokens are issued to IAM identities, and the request is not signed by one",
            way_out="`hoist login` signs it with your AWS credentials",
        )


class AccessDeniedError(HoistError):
    """The caller is known, and may not do this."""

    code = "access_denied"


class PermissionMissingError(AccessDeniedError):
    """The caller has no role that allows it there."""

    code = "permission_missing"


class PrincipalRefusedError(AccessDeniedError):
    """The IAM identity is of a kind that gets no token: only users and roles do."""

    code = "principal_refused"

    def __init__(self) -> None:
        super().__init__(
            "only IAM users and assumed roles get tokens: neither an account's root user nor a"
            " federated user does",
            way_out="sign in to AWS as a user or with a role, then `hoist login`",
        )


class PrincipalUnmappedError(AccessDeniedError):
    """No setting of the installation gives the IAM identity a role."""

    code = "principal_unmapped"

    def __init__(self, principal: str) -> None:
        super().__init__(
            f"no setting of this installation gives {principal} a role",
            way_out="ask who runs it to add the principal to its access settings",
        )


class ScopeTooWideError(AccessDeniedError):
    """A token was asked for that would be good for more than its owner is."""

    code = "scope_too_wide"


class RateLimitedError(HoistError):
    """Too many requests in too short a time."""

    code = "too_many_requests"

    def __init__(self, what: str, *, retry_after: timedelta) -> None:
        self.retry_after_seconds = max(1, round(retry_after.total_seconds()))
        super().__init__(what, way_out=f"try again in {self.retry_after_seconds} s")


class StackPatternError(UsageError):
    """A text that is no pattern of stacks."""

    code = "stack_pattern_invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:210]!r} is no pattern of stacks",
            way_out="write project/stack, where * stands for any characters of a part: shop/*",
        )


class TokenWishError(UsageError):
    """A token of a lifetime that none has."""

    code = "token_wish_invalid"


class TokenNotFoundError(UsageError):
    """There is no such token, or it is somebody else's."""

    code = "token_not_found"

    def __init__(self) -> None:
        # Without what was asked for: somebody may have given the token itself.
        super().__init__(
            "there is no such token of yours",
            way_out="`hoist tokens` lists those that may be revoked",
        )


class AccessUnavailableError(EnvironmentFaultError):
    """The store of tokens does not answer: nobody is let in meanwhile."""

    code = "access_unavailable"


class AccessSettingsError(EnvironmentFaultError):
    """The settings that give IAM principals their roles cannot be used."""

    code = "access_settings_invalid"

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"the access settings of this installation cannot be used: {fault}",
            way_out="correct them in Hoist's own stack, and deploy it",
        )


class AccessRecordError(EnvironmentFaultError):
    """A stored token is not what this version of Hoist writes."""

    code = "access_record_unreadable"

    def __init__(self, token_id: str, fault: str) -> None:
        super().__init__(
            f"the record of token {token_id} cannot be read: {fault}",
            way_out=f"{SIGN_IN}; use the version of Hoist that wrote it, or a newer one",
        )
