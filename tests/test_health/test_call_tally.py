"""What is counted of the calls that clients make."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from health.call_tally import Call, CallTally, CountedClients, Volume
from health.clients import WatchfulAws
from hoist.aws import AwsCredentials, AwsSettings
from hoist.secret import Secret
from scripted_server import Reply, ScriptedServer

GET_ITEM, PUT_ITEM = Call("dynamodb", "GetItem"), Call("dynamodb", "PutItem")
LIST_SECRETS = Call("secrets-manager", "ListSecrets")
KEY = {"pk": {"S": "1"}}


def _made(service: str) -> Any:
    session = boto3.Session("test", "test", region_name="eu-central-1")
    return session.client(service)  # type: ignore[call-overload]


def _make_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="runs",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.parametrize(("size", "written", "read"), [(10, 1, 1), (3000, 3, 1), (9000, 9, 3)])
def test_calls_are_counted_by_kind_and_size(size: int, written: int, read: int) -> None:
    """What is written counts by the kilobyte, and what is read by four of them, rounded up."""
    tally = CallTally()
    with mock_aws():
        _make_table(_made("dynamodb"))
        client = CountedClients(_made, tally).looked_at("dynamodb")
        client.put_item(TableName="runs", Item={**KEY, "value": {"S": "x" * size}})
        client.get_item(TableName="runs", Key=KEY)
        client.get_item(TableName="runs", Key=KEY)

    calls = tally.of_last_look()

    assert set(calls) == {PUT_ITEM, GET_ITEM}
    assert (calls[PUT_ITEM].requests, calls[PUT_ITEM].written) == (1, written)
    assert (calls[GET_ITEM].requests, calls[GET_ITEM].read) == (2, 2 * read)


def test_look_without_calls_tells_those_of_the_last_one() -> None:
    """Each look is counted for itself; while none is made, the last one's calls are told."""
    tally = CallTally()
    with mock_aws():
        client = CountedClients(_made, tally).looked_at("secretsmanager")
        client.list_secrets()
        client.list_secrets()
        first, between = tally.of_last_look(), tally.of_last_look()
        client.list_secrets()

    assert first[LIST_SECRETS].requests == between[LIST_SECRETS].requests == 2
    assert tally.of_last_look()[LIST_SECRETS].requests == 1


def test_nothing_was_called_yet() -> None:
    """Before the first call there are none."""
    assert CallTally().of_last_look() == {}


def test_each_service_has_one_client() -> None:
    """A tally's clients are made once, and are no other tally's."""
    first, second = CountedClients(_made, CallTally()), CountedClients(_made, CallTally())

    assert first.looked_at("kms") is first.looked_at("kms")
    assert first.looked_at("kms") is not second.looked_at("kms")


def test_repeated_tries_are_counted() -> None:
    """AWS charges for a request that it could not answer, too."""
    tally = CallTally()
    with ScriptedServer() as server:
        server.on("POST", "/", Reply({}, status=500), {"SecretList": []})
        credentials = AwsCredentials("test", Secret("test"))
        aws = WatchfulAws(AwsSettings("eu-central-1", server.url, credentials))
        aws.counted_by(tally).looked_at("secretsmanager").list_secrets()

    assert tally.of_last_look() == {LIST_SECRETS: Volume(requests=2, written=2, read=2)}
