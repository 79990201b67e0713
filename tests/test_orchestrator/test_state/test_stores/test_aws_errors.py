"""Which error of AWS becomes which of ours."""

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber

from aws_faults import timed_out
from hoist.errors import HoistError
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.storage import RecordKey, Storage
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.errors import StoreAccessError, StoreSetupError
from storages import AwsPlace, aws_clients, log_record

KEY = RecordKey("p", "s")
TABLE, BUCKET = "some-table", "some-bucket"

CALLS: list[tuple[str, Callable[[Storage], object]]] = [
    ("get_item", lambda storage: storage.records.get(KEY)),
    ("put_item", lambda storage: storage.records.put(KEY, {}, expected_revision=0)),
    ("delete_item", lambda storage: storage.records.delete(KEY, expected_revision=1)),
    ("query", lambda storage: storage.records.list("p")),
    ("put_item", lambda storage: storage.log.append("log", log_record(1))),
    ("get_item", lambda storage: storage.log.append("log", log_record(2))),
    ("query", lambda storage: storage.log.read("log")),
    ("query", lambda storage: storage.log.drop("log")),
    ("get_object", lambda storage: storage.objects.get("key")),
    ("get_object", lambda storage: storage.objects.get("key", version_id="v")),
    ("put_object", lambda storage: storage.objects.put("key", b"", if_etag=None)),
    ("delete_object", lambda storage: storage.objects.delete("key")),
    ("list_objects_v2", lambda storage: list(storage.objects.list(""))),
]


@pytest.fixture
def nowhere() -> Iterator[AwsPlace]:
    """Clients whose calls nobody answers, unless a test does."""
    # The discard port: nobody listens there.
    dynamodb, s3 = aws_clients("http://127.0.0.1:9")
    yield AwsPlace(dynamodb, s3, TABLE, BUCKET)
    dynamodb.close()
    s3.close()


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("AccessDenied", StoreAccessError),
        ("AccessDeniedException", StoreAccessError),
        ("403", StoreAccessError),
        ("ExpiredTokenException", StoreAccessError),
        ("UnrecognizedClientException", StoreAccessError),
        ("ResourceNotFoundException", StoreSetupError),
        ("NoSuchBucket", StoreSetupError),
        ("ProvisionedThroughputExceededException", StoreUnavailableError),
        ("SlowDown", StoreUnavailableError),
        ("InternalServerError", StoreUnavailableError),
        ("SomethingNew", StoreUnavailableError),
    ],
)
def test_a_code_has_one_meaning(nowhere: AwsPlace, code: str, ours: type[HoistError]) -> None:
    """The error says what to do, and nothing of the text that came with the code."""
    with Stubber(nowhere.dynamodb) as stubber:
        stubber.add_client_error("get_item", service_error_code=code, service_message="internal")
        with pytest.raises(ours) as caught:
            nowhere.open().records.get(KEY)

    assert type(caught.value) is ours
    assert "internal" not in caught.value.message + caught.value.way_out
    assert caught.value.way_out
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(("method", "call"), CALLS)
def test_a_denied_call_names_its_action(
    nowhere: AwsPlace, method: str, call: Callable[[Storage], object]
) -> None:
    """Whichever call is denied, the error says which permission is missing and on what."""
    client = nowhere.s3 if "object" in method else nowhere.dynamodb
    with Stubber(client) as stubber:
        stubber.add_client_error(method, service_error_code="AccessDenied")
        with pytest.raises(StoreAccessError) as caught:
            call(nowhere.open())

    service, resource = ("s3", BUCKET) if client is nowhere.s3 else ("dynamodb", TABLE)
    assert caught.value.way_out.startswith(f"Allow {service}:")
    assert resource in caught.value.way_out


def test_a_denied_write_of_an_object_names_the_key(nowhere: AwsPlace) -> None:
    """For objects the resource is the very key."""
    with Stubber(nowhere.s3) as stubber:
        stubber.add_client_error("put_object", service_error_code="AccessDenied")
        with pytest.raises(StoreAccessError) as caught:
            nowhere.open().objects.put("key", b"", if_etag=None)

    assert f"Allow s3:PutObject on {BUCKET}/key" in caught.value.way_out


@pytest.mark.parametrize(("method", "call"), CALLS)
def test_no_answer_means_unavailable(
    nowhere: AwsPlace, method: str, call: Callable[[Storage], object]
) -> None:
    """When a call gets no answer, the store is unavailable."""
    with pytest.raises(StoreUnavailableError) as caught:
        call(nowhere.open())

    assert isinstance(caught.value.__cause__, EndpointConnectionError)


def test_a_time_out_means_unavailable(place: AwsPlace) -> None:
    """A call that was sent and not answered in time says nothing of what was written."""
    with timed_out(place.s3, "PutObject"), pytest.raises(StoreUnavailableError):
        place.open().objects.put("key", b"", if_etag=None)


def test_missing_credentials_are_an_access_error() -> None:
    """Without credentials the way out is to sign in, not to try again."""
    with pytest.raises(StoreAccessError), aws_errors("s3:GetObject", "bucket/key"):
        raise NoCredentialsError


def test_an_expected_code_stays_with_the_adapter(place: AwsPlace) -> None:
    """A code that the adapter asked for comes as RefusedError, with what it needs to decide."""
    place.open().records.put(KEY, {}, expected_revision=0)
    expected = frozenset({"ConditionalCheckFailedException"})

    with (
        pytest.raises(RefusedError) as caught,
        aws_errors("dynamodb:PutItem", place.table, expected=expected),
    ):
        place.dynamodb.put_item(
            TableName=place.table,
            Item={"pk": {"S": "record#p"}, "sk": {"S": "s"}},
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert caught.value.code == "ConditionalCheckFailedException"
    assert caught.value.item["sk"] == {"S": "s"}
    assert not caught.value.was_retried
