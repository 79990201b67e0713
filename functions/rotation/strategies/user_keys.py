"""The access keys of IAM users, as far as a rotation deals with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from rotation.cloud_failures import RefusedCallError, cloud_failures

# On the user, since keys themselves cannot be tagged.
MADE_KEY_TAG = "hoist:rotation-key"

_UNKNOWN_KEY = frozenset({"InvalidClientTokenId"})
_NO_SUCH_KEY = frozenset({"NoSuchEntity"})


@dataclass(frozen=True, slots=True)
class UserKey:
    """One access key. IAM tells its last use some hours late."""

    key_id: str
    is_active: bool
    last_used_at: datetime | None


class UserKeys(Protocol):
    """A user has two access keys at most."""

    def keys_of(self, user: str) -> Sequence[UserKey]: ...

    def create_key(self, user: str) -> AwsCredentials: ...

    def delete_key(self, user: str, key_id: str) -> None:
        """Does nothing if there is no such key."""
        ...

    def unfinished_key(self, user: str) -> str:
        """The key that a rotation has made and not finished with; empty if there is none."""
        ...

    def mark_unfinished(self, user: str, key_id: str) -> None: ...

    def mark_finished(self, user: str) -> None: ...

    def owner_of(self, credentials: AwsCredentials) -> str | None:
        """The user as whom the credentials act; None as long as AWS does not know them."""
        ...


class IamUserKeys:
    """In AWS. `sts_with` makes an STS client of the credentials that it is given."""

    def __init__(self, iam: Any, *, sts_with: Callable[[AwsCredentials], Any]) -> None:
        self._iam = iam
        self._sts_with = sts_with

    def keys_of(self, user: str) -> Sequence[UserKey]:
        with cloud_failures("ListAccessKeys"):
            listed = self._iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
        return [
            UserKey(
                key_id=key["AccessKeyId"],
                is_active=key["Status"] == "Active",
                last_used_at=self._last_used_at(key["AccessKeyId"]),
            )
            for key in listed
        ]

    def create_key(self, user: str) -> AwsCredentials:
        with cloud_failures("CreateAccessKey"):
            key = self._iam.create_access_key(UserName=user)["AccessKey"]
        return AwsCredentials(key["AccessKeyId"], Secret(key["SecretAccessKey"]))

    def delete_key(self, user: str, key_id: str) -> None:
        try:
            with cloud_failures("DeleteAccessKey", expected=_NO_SUCH_KEY):
                self._iam.delete_access_key(UserName=user, AccessKeyId=key_id)
        except RefusedCallError:
            return

    def unfinished_key(self, user: str) -> str:
        with cloud_failures("ListUserTags"):
            tags = self._iam.list_user_tags(UserName=user)["Tags"]
        return next((tag["Value"] for tag in tags if tag["Key"] == MADE_KEY_TAG), "")

    def mark_unfinished(self, user: str, key_id: str) -> None:
        with cloud_failures("TagUser"):
            self._iam.tag_user(UserName=user, Tags=[{"Key": MADE_KEY_TAG, "Value": key_id}])

    def mark_finished(self, user: str) -> None:
        with cloud_failures("UntagUser"):
            self._iam.untag_user(UserName=user, TagKeys=[MADE_KEY_TAG])

    def owner_of(self, credentials: AwsCredentials) -> str | None:
        try:
            with cloud_failures("GetCallerIdentity", expected=_UNKNOWN_KEY):
                arn: str = self._sts_with(credentials).get_caller_identity()["Arn"]
        except RefusedCallError:
            return None
        return arn.rpartition("/")[2]

    def _last_used_at(self, key_id: str) -> datetime | None:
        with cloud_failures("GetAccessKeyLastUsed"):
            answer = self._iam.get_access_key_last_used(AccessKeyId=key_id)
        used_at: datetime | None = answer["AccessKeyLastUsed"].get("LastUsedDate")
        return used_at
