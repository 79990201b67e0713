"""Whatever is sent to the file store, it answers or refuses, and stays readable."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from hoist.secrets.answers import Tag
from hoist.secrets.file_store import FileSecretStore
from secret_sites import FUNCTION_ARN, secret_directory

pytestmark = pytest.mark.thorough

# Half a surrogate pair: JSON can spell it, and no encoding takes it.
HALF = "\ud800"
texts = st.text(max_size=70) | st.builds(lambda text: text + HALF, st.text(max_size=5))
tokens = st.sampled_from(["t" * 32, "t" * 31 + HALF]) | texts
secret_ids = st.just("app") | st.sampled_from([FUNCTION_ARN, HALF]) | texts
tags = st.lists(st.fixed_dictionaries({}, optional={"Key": texts, "Value": texts}), max_size=3)
values = st.fixed_dictionaries({}, optional={"SecretString": texts, "SecretBinary": st.binary()})
filters = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "Key": st.sampled_from(["name", "all", "tag-key"]) | texts,
            "Values": st.lists(texts, max_size=2),
        },
    ),
    max_size=2,
)
numbers = st.integers(-5, 120)
rules = st.fixed_dictionaries(
    {},
    optional={
        "AutomaticallyAfterDays": st.integers(-5, 2000),
        "ScheduleExpression": texts,
        "Duration": texts,
    },
)


def call(name: str, required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(name), st.fixed_dictionaries(required, optional=optional))


on_secret = {"SecretId": secret_ids}
pages = {"MaxResults": numbers, "NextToken": texts}
described = {"Description": texts, "KmsKeyId": texts}
calls = st.one_of(
    call("create_secret", {"Name": texts}, {"ClientRequestToken": tokens, "Tags": tags}),
    call("update_secret", on_secret, {"ClientRequestToken": tokens, **described}),
    call("get_secret_value", on_secret, {"VersionId": texts, "VersionStage": texts}),
    call("batch_get_secret_value", {}, {"SecretIdList": st.lists(texts), "Filters": filters}),
    call(
        "update_secret_version_stage",
        {**on_secret, "VersionStage": texts},
        {"RemoveFromVersionId": texts, "MoveToVersionId": texts},
    ),
    call("list_secrets", {}, {"Filters": filters, "SortBy": texts, "SortOrder": texts, **pages}),
    call("list_secret_version_ids", on_secret, pages),
    call("delete_secret", {"SecretId": texts}, {"RecoveryWindowInDays": numbers}),
    call("restore_secret", on_secret, {}),
    call("describe_secret", on_secret, {}),
    call(
        "rotate_secret",
        on_secret,
        {"RotationRules": rules, "RotationLambdaARN": texts, "ClientRequestToken": tokens},
    ),
    call("tag_resource", {**on_secret, "Tags": tags}, {}),
    call("untag_resource", {**on_secret, "TagKeys": st.lists(texts)}, {}),
    call("put_resource_policy", {**on_secret, "ResourcePolicy": texts}, {}),
)
puts = st.tuples(
    st.fixed_dictionaries(
        on_secret, optional={"ClientRequestToken": tokens, "VersionStages": st.lists(texts)}
    ),
    values,
)


def fresh(check: Callable[[FileSecretStore], None]) -> None:
    """Run the check on a store that has one secret, and see that it can still be read."""
    with tempfile.TemporaryDirectory() as folder:
        site = secret_directory(Path(folder))
        # Any function may be invoked: whatever is refused is refused for its text.
        store = FileSecretStore(site.directory, site.keys, clock=site.clock)
        store.create_secret(Name="app", SecretString="value")

        check(store)

        again = site.open()
        assert again.get_secret_value(SecretId="app")["VersionId"]
        assert again.list_secrets(IncludePlannedDeletion=True)["SecretList"]


@settings(max_examples=200)
@given(calls)
def test_any_call_is_answered_or_refused(made: tuple[str, dict[str, Any]]) -> None:
    """No text is another error than a refusal, and none leaves a file that cannot be read."""
    fresh(lambda store: answered_or_refused(store, *made))


@settings(max_examples=100)
@given(puts)
def test_any_put_is_kept_or_refused(put: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """A value that is taken comes back as it was sent."""
    sent, value = put

    def check(store: FileSecretStore) -> None:
        try:
            version_id = store.put_secret_value(**sent, **value)["VersionId"]
        except ClientError:
            return
        answer = store.get_secret_value(SecretId=sent["SecretId"], VersionId=version_id)
        assert {name: answer.get(name) for name in value} == value

    fresh(check)


@pytest.mark.fuzz
@settings(max_examples=5000)
@given(calls)
def test_any_call_is_answered_or_refused_for_long(made: tuple[str, dict[str, Any]]) -> None:
    """The same for many calls."""
    fresh(lambda store: answered_or_refused(store, *made))


TEXTS_SENT: list[tuple[str, dict[str, Any], str]] = [
    ("create_secret", {}, "Name"),
    ("create_secret", {"Name": "new"}, "Description"),
    ("create_secret", {"Name": "new"}, "KmsKeyId"),
    ("create_secret", {"Name": "new", "SecretString": "value"}, "ClientRequestToken"),
    ("put_secret_value", {"SecretId": "app"}, "SecretString"),
    ("put_secret_value", {"SecretId": "app", "SecretString": "value"}, "ClientRequestToken"),
    ("update_secret", {"SecretId": "app"}, "Description"),
    ("update_secret", {"SecretId": "app"}, "KmsKeyId"),
    ("update_secret_version_stage", {"SecretId": "app"}, "VersionStage"),
    ("rotate_secret", {"SecretId": "app"}, "RotationLambdaARN"),
    ("rotate_secret", {"SecretId": "app", "RotationLambdaARN": "arn"}, "ClientRequestToken"),
    ("put_resource_policy", {"SecretId": "app"}, "ResourcePolicy"),
]


@pytest.mark.parametrize(("name", "sent", "parameter"), TEXTS_SENT)
def test_half_a_character_is_refused(name: str, sent: dict[str, Any], parameter: str) -> None:
    """A text that cannot be encoded is refused wherever it could be stored."""
    texts = {"ResourcePolicy": '{"Statement": [], "Id": "\ud800"}'}
    half = texts.get(parameter, "t" * 39 + HALF)

    def check(store: FileSecretStore) -> None:
        with pytest.raises(ClientError):
            getattr(store, name)(**sent, **{parameter: half})

    fresh(check)


@pytest.mark.parametrize("tag", [{"Key": HALF}, {"Key": "key", "Value": HALF}])
def test_half_a_character_in_tags_and_labels_is_refused(tag: Tag) -> None:
    """So it is in tags and in labels."""

    def check(store: FileSecretStore) -> None:
        with pytest.raises(ClientError):
            store.tag_resource(SecretId="app", Tags=[tag])
        with pytest.raises(ClientError):
            store.put_secret_value(SecretId="app", SecretString="v", VersionStages=[HALF])

    fresh(check)


def answered_or_refused(store: FileSecretStore, name: str, sent: dict[str, Any]) -> None:
    with suppress(ClientError):
        getattr(store, name)(**sent)
