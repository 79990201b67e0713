"""Users of an IAM that is none of ours, moto's or the emulator's, and a rotation of their keys."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto import mock_aws

from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import FixedClock, SystemClock
from hoist.secret import Secret
from rotation.choice import StrategyMakers
from rotation.clients import ImpatientAws
from rotation.strategies.iam_access_key import IamAccessKey
from rotation.strategies.user_keys import IamUserKeys
from rotation.wiring import user_keys
from rotation_site import RotationSite

REGION = "us-east-1"

_numbers = itertools.count()


def present() -> FixedClock:
    """A clock that stands where IAM's own is: IAM tells when a key was used."""
    return FixedClock(SystemClock().now())


@dataclass
class IamSite(RotationSite):
    """The secrets are in memory, the user and its keys in IAM."""

    clock: FixedClock = field(default_factory=present)
    aws: AwsSettings = AwsSettings()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.user = f"app-{next(_numbers)}"
        self.iam: Any = ImpatientAws(self.aws).iam()
        self.iam.create_user(UserName=self.user, Path="/services/")

    @property
    def keys(self) -> IamUserKeys:
        return user_keys(self.aws)

    @property
    def strategies(self) -> StrategyMakers:
        made = {"iam-access-key": lambda: IamAccessKey(self._faulty(self.keys), self.clock)}
        return {**super().strategies, **made}

    def rotating(self, **changed: Any) -> str:
        """The ARN of a secret with a key that is in use."""
        return self.secret(self.document(**changed), strategy="iam-access-key")

    def document(self, **changed: Any) -> str:
        made = self.keys.create_key(self.user)
        key = {
            "user_name": self.user,
            "access_key_id": made.access_key_id,
            "secret_access_key": made.secret_access_key.reveal(),
        }
        return json.dumps(key | changed)

    def key_ids(self) -> list[str]:
        return sorted(key.key_id for key in self.keys.keys_of(self.user))

    def key_id(self, arn: str, label: str = "AWSCURRENT") -> str:
        return credentials_in(self.store.value(arn, label)).access_key_id

    def lets_in(self, value: str) -> bool:
        """Whether the key in a secret's value acts as the user."""
        return self.keys.owner_of(credentials_in(value)) == self.user


def credentials_in(value: str) -> AwsCredentials:
    fields = json.loads(value)
    return AwsCredentials(fields["access_key_id"], Secret(fields["secret_access_key"]))


@contextmanager
def moto_iam() -> Iterator[AwsSettings]:
    with mock_aws():
        user_keys.cache_clear()
        yield AwsSettings(REGION, credentials=AwsCredentials("test", Secret("test")))


def emulator_iam(url: str) -> AwsSettings:
    user_keys.cache_clear()
    return AwsSettings(REGION, url, AwsCredentials("test", Secret("test")))
