"""Operations on values: create, read, put, update, and making one up."""

# ruff: noqa: N803 - the parameters are Secrets Manager's

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from hoist.secrets.answers import (
    BatchAnswer,
    BatchError,
    Filter,
    PasswordAnswer,
    PutValueAnswer,
    Tag,
    ValueAnswer,
    Versioned,
)
from hoist.secrets.changes import with_read, with_version
from hoist.secrets.descriptions import named, value_answer, versioned
from hoist.secrets.errors import SecretStoreUnavailableError
from hoist.secrets.identity import check_name
from hoist.secrets.inputs import (
    check_text,
    required_value_of,
    stages_of,
    value_of,
    version_id_of,
    with_tags,
)
from hoist.secrets.listing import matching, page
from hoist.secrets.model import StoredSecret
from hoist.secrets.passwords import DEFAULT_LENGTH, PasswordRules, random_password
from hoist.secrets.refusals import Code, RefusedError, operation
from hoist.secrets.repository import check_usable
from hoist.secrets.sealing import Plaintext
from hoist.secrets.store_context import StoreOperations
from hoist.secrets.values import token_taken
from hoist.secrets.versions import CURRENT, readable_version, version_with_id

_LARGEST_BATCH = 20


class ValueOperations(StoreOperations):
    """Values in and out; each new one goes through `with_version`."""

    @operation
    def create_secret(
        self,
        *,
        Name: str,
        ClientRequestToken: str | None = None,
        Description: str | None = None,
        KmsKeyId: str | None = None,
        SecretBinary: bytes | None = None,
        SecretString: str | None = None,
        Tags: Sequence[Tag] = (),
    ) -> Versioned:
        now = self._clock.now()
        version_id = version_id_of(ClientRequestToken)
        value = value_of(SecretString, SecretBinary)
        secret = StoredSecret(
            name=check_name(Name),
            arn=self._place.new_arn(Name),
            created_at=now,
            changed_at=now,
            description=check_text(Description),
            kms_key_id=check_text(KmsKeyId),
            tags=with_tags({}, Tags),
        )
        with self._secrets.locked():
            present = self._secrets.find(Name)
            if present is not None:
                return self._created_before(present, version_id, value)
            if value is not None:
                secret = self._with_value(secret, version_id, value, frozenset({CURRENT}))
            self._secrets.add(secret)
        return versioned(secret, None if value is None else version_id)

    @operation
    def get_secret_value(
        self, *, SecretId: str, VersionId: str | None = None, VersionStage: str | None = None
    ) -> ValueAnswer:
        secret = self._secrets.get_usable(SecretId)
        return self._read(secret, version_id=VersionId, stage=VersionStage)

    @operation
    def batch_get_secret_value(
        self,
        *,
        SecretIdList: Sequence[str] = (),
        Filters: Sequence[Filter] = (),
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> BatchAnswer:
        if bool(SecretIdList) == bool(Filters) or len(SecretIdList) > _LARGEST_BATCH:
            raise RefusedError(
                Code.INVALID_PARAMETER,
                f"Give either Filters or a SecretIdList of at most {_LARGEST_BATCH}.",
            )
        wanted = SecretIdList or self._arns(Filters)
        ids, token = page(wanted, size=MaxResults, token=NextToken, largest=_LARGEST_BATCH)
        answer = BatchAnswer(SecretValues=[], Errors=[])
        for secret_id in ids:
            try:
                secret = self._secrets.get_usable(secret_id)
                answer["SecretValues"].append(self._read(secret, version_id=None, stage=None))
            except RefusedError as refused:
                answer["Errors"].append(
                    BatchError(
                        SecretId=secret_id, ErrorCode=refused.code.value, Message=refused.message
                    )
                )
        if token:
            answer["NextToken"] = token
        return answer

    @operation
    def put_secret_value(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str | None = None,
        SecretBinary: bytes | None = None,
        SecretString: str | None = None,
        VersionStages: Sequence[str] = (CURRENT,),
        RotationToken: str | None = None,
    ) -> PutValueAnswer:
        """RotationToken proves to AWS who rotates; here, who can open the files is trusted."""
        version_id = version_id_of(ClientRequestToken)
        value = required_value_of(SecretString, SecretBinary)
        stages = stages_of(VersionStages)

        def put(secret: StoredSecret) -> StoredSecret:
            if self._values.is_put_already(check_usable(secret), version_id, value):
                return secret
            return self._with_value(secret, version_id, value, stages)

        secret = self._secrets.change(SecretId, put)
        version = version_with_id(secret.versions, version_id)
        return {
            **named(secret),
            "VersionId": version_id,
            "VersionStages": sorted(version.stages) if version else [],
        }

    @operation
    def update_secret(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str | None = None,
        Description: str | None = None,
        KmsKeyId: str | None = None,
        SecretBinary: bytes | None = None,
        SecretString: str | None = None,
    ) -> Versioned:
        version_id = version_id_of(ClientRequestToken)
        value = value_of(SecretString, SecretBinary)
        check_text(Description)
        check_text(KmsKeyId)

        def update(secret: StoredSecret) -> StoredSecret:
            check_usable(secret)
            updated = replace(
                secret,
                description=secret.description if Description is None else Description,
                kms_key_id=secret.kms_key_id if KmsKeyId is None else KmsKeyId,
            )
            if value is None:
                return updated
            # Unlike a put, an update is never a repetition: it may have changed more than this.
            if version_with_id(secret.versions, version_id) is not None:
                raise token_taken(secret, version_id)
            return self._with_value(updated, version_id, value, frozenset({CURRENT}))

        secret = self._secrets.change(SecretId, update)
        return versioned(secret, None if value is None else version_id)

    @operation
    def get_random_password(
        self,
        *,
        PasswordLength: int = DEFAULT_LENGTH,
        ExcludeCharacters: str = "",
        ExcludeNumbers: bool = False,
        ExcludePunctuation: bool = False,
        ExcludeUppercase: bool = False,
        ExcludeLowercase: bool = False,
        IncludeSpace: bool = False,
        RequireEachIncludedType: bool = True,
    ) -> PasswordAnswer:
        rules = PasswordRules(
            length=PasswordLength,
            excluded=ExcludeCharacters,
            has_numbers=not ExcludeNumbers,
            has_punctuation=not ExcludePunctuation,
            has_uppercase=not ExcludeUppercase,
            has_lowercase=not ExcludeLowercase,
            has_space=IncludeSpace,
            requires_each_type=RequireEachIncludedType,
        )
        return {"RandomPassword": random_password(rules)}

    def _arns(self, filters: Sequence[Filter]) -> list[str]:
        stored = self._secrets.all(with_scheduled=False)
        return [secret.arn for secret in matching(stored, filters, self._place)]

    def _created_before(
        self, present: StoredSecret, version_id: str, value: Plaintext | None
    ) -> Versioned:
        """The answer to a create that was sent twice; refused if it is another one."""
        if present.deletion_due_at is not None:
            raise RefusedError(
                Code.INVALID_REQUEST,
                "You can't create this secret because a secret with this name is already scheduled"
                " for deletion.",
            )
        if value is None or not self._values.is_put_already(present, version_id, value):
            raise RefusedError(
                Code.RESOURCE_EXISTS,
                f"The operation failed because the secret {present.name} already exists.",
            )
        return versioned(present, version_id)

    def _with_value(
        self, secret: StoredSecret, version_id: str, value: Plaintext, stages: frozenset[str]
    ) -> StoredSecret:
        now = self._clock.now()
        version = self._values.new_version(secret.arn, version_id, value, stages=stages, now=now)
        return with_version(secret, version, now=now)

    def _read(
        self, secret: StoredSecret, *, version_id: str | None, stage: str | None
    ) -> ValueAnswer:
        version = readable_version(secret.versions, version_id=version_id, stage=stage)
        value = self._values.open(secret, version)
        today = self._clock.now().date()
        if version.last_accessed_on != today or secret.last_accessed_on != today:
            # A full disk must not keep anybody from reading a secret.
            with suppress(SecretStoreUnavailableError):
                self._secrets.annotate(
                    secret,
                    lambda present: with_read(present, version.version_id, today=today),
                )
        return value_answer(secret, version, value)
