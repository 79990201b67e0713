"""The adapters of AWS: which calls they make, what they leave behind, and lost answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from audit_site import CHAIN, AuditSite, act, session_signer, verdict_on
from aws_faults import CallCounter, lose_first_answer
from hoist.clock import FixedClock
from orchestrator.audit.acts import DONE
from orchestrator.audit.anchoring import HeadAnchoring
from orchestrator.audit.anchors import HEADS_FOLDER
from orchestrator.audit.export import export
from orchestrator.audit.findings import FindingKind
from orchestrator.audit.heads import Signer
from orchestrator.audit.reading import AuditReading
from orchestrator.audit.signatures import is_genuine
from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
from orchestrator.audit.stores.kms_signer import KmsSigner
from orchestrator.audit.stores.s3_anchors import S3Anchors, S3Heads
from orchestrator.audit.trail import AuditTrail, Loss
from orchestrator.state.errors import CorruptStateError
from storages import NOON, AwsPlace, emulator_place, moto_place

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)
TEN_YEARS = timedelta(days=3650)


@dataclass(slots=True)
class AwsSite:
    """A table and a locked bucket for one test."""

    place: AwsPlace
    clock: FixedClock

    @property
    def chains(self) -> DynamoDBChains:
        return DynamoDBChains(self.place.dynamodb, table=self.place.table)

    @property
    def anchors(self) -> S3Anchors:
        return S3Anchors(
            self.place.s3,
            bucket=self.place.bucket,
            kept_for=TEN_YEARS,
            mode="GOVERNANCE",
            clock=self.clock,
        )

    @property
    def heads(self) -> S3Heads:
        return S3Heads(self.place.s3, bucket=self.place.bucket)

    def trail(self) -> AuditTrail:
        return AuditTrail(self.chains, clock=self.clock, on_lost=_raise)

    def anchoring(self, signer: Signer) -> HeadAnchoring:
        return HeadAnchoring(self.chains, self.anchors, signer, clock=self.clock)

    def reading(self) -> AuditReading:
        return AuditReading(CHAIN, self.chains, lambda: self.heads)


def _raise(loss: Loss) -> None:
    raise loss.error


@pytest.fixture(params=["moto", _EMULATOR])
def aws(request: pytest.FixtureRequest) -> Iterator[AwsSite]:
    if request.param == "moto":
        with moto_place() as place:
            yield _locked(place)
    else:
        with emulator_place(request.getfixturevalue("emulator_url")) as place:
            yield _locked(place)


def _locked(place: AwsPlace) -> AwsSite:
    place.s3.delete_bucket(Bucket=place.bucket)
    place.s3.create_bucket(
        Bucket=place.bucket,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        ObjectLockEnabledForBucket=True,
    )
    return AwsSite(place, FixedClock(NOON))


def test_nothing_is_deleted(aws: AwsSite) -> None:
    """Who appends and anchors calls PutItem, Query and PutObject, and nothing else."""
    counter = CallCounter(aws.place.dynamodb, aws.place.s3)

    for number in range(3):
        aws.trail().record(CHAIN, act(f"act-{number}"), lambda: None)
        aws.anchoring(session_signer()).anchor(CHAIN)

    assert set(counter.calls) == {"PutItem", "Query", "PutObject"}
    # Each process reads the head once, and so does each anchoring.
    assert counter.calls == {"PutItem": 6, "Query": 6, "PutObject": 3}


def test_who_reads_changes_nothing(aws: AwsSite) -> None:
    """Reading a chain and its heads is Query, ListObjectsV2 and GetObject."""
    aws.trail().record(CHAIN, act(), lambda: None)
    aws.anchoring(session_signer()).anchor(CHAIN)
    counter = CallCounter(aws.place.dynamodb, aws.place.s3)

    verdict = verdict_on(export(aws.reading(), now=NOON))

    assert set(counter.calls) == {"Query", "ListObjectsV2", "GetObject"}
    assert verdict.is_intact
    assert verdict.anchored_to == 2


def test_a_head_is_locked(aws: AwsSite) -> None:
    """An anchored head is kept until its date, in the mode that was asked for."""
    aws.trail().note(CHAIN, act(), DONE)
    aws.anchoring(session_signer()).anchor(CHAIN)

    (found,) = aws.place.s3.list_objects_v2(Bucket=aws.place.bucket)["Contents"]
    kept = aws.place.s3.head_object(Bucket=aws.place.bucket, Key=found["Key"])
    assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert abs(kept["ObjectLockRetainUntilDate"] - (NOON + TEN_YEARS)) < timedelta(seconds=1)
    assert found["Key"].startswith(f"{HEADS_FOLDER}{CHAIN}/")


def test_the_same_head_is_kept_once(aws: AwsSite) -> None:
    """Anchoring again what is anchored leaves the first head, and makes no version beside it."""
    aws.trail().note(CHAIN, act(), DONE)
    aws.anchoring(session_signer()).anchor(CHAIN)
    aws.clock.advance(60)
    aws.anchoring(session_signer()).anchor(CHAIN)

    versions = aws.place.s3.list_object_versions(Bucket=aws.place.bucket)["Versions"]
    assert len(versions) == 1


def test_the_newest_head_is_the_first(aws: AwsSite) -> None:
    """Heads come newest first, though S3 lists in ascending order, across all digits."""
    for number in range(1, 13):
        aws.trail().note(CHAIN, act(), DONE)
        if number % 2 == 0:
            aws.anchoring(session_signer()).anchor(CHAIN)

    found = [each.head.number for each in aws.heads.newest_first(CHAIN)]
    assert found == [12, 10, 8, 6, 4, 2]
    assert [each.head.number for each in aws.heads.newest_first(CHAIN, below=8)] == [6, 4, 2]
    assert all(map(is_genuine, aws.heads.newest_first(CHAIN)))


def test_a_lost_answer_is_no_second_entry(aws: AwsSite) -> None:
    """An entry whose answer was lost, and that is sent again, is there once."""
    trail = aws.trail()
    trail.note(CHAIN, act("first"), DONE)
    lose_first_answer(aws.place.dynamodb, "PutItem")

    assert trail.note(CHAIN, act("second"), DONE) == 2

    entries = aws.reading().entries().entries
    assert [each.entry.act.operation for each in entries] == ["first", "second"]


def test_a_lost_answer_and_a_faster_one(aws: AwsSite) -> None:
    """The answer is lost, and somebody else appends before the call is sent again: both are in."""
    trail, other = aws.trail(), aws.trail()
    lose_first_answer(
        aws.place.dynamodb, "PutItem", meanwhile=lambda: other.note(CHAIN, act("other"), DONE)
    )

    assert trail.note(CHAIN, act("ours"), DONE) == 1

    entries = aws.reading().entries().entries
    assert [each.entry.act.operation for each in entries] == ["ours", "other"]


def test_a_deleted_item_is_found(aws: AwsSite) -> None:
    """Whoever deletes an entry in the table itself is betrayed by the number that is missing."""
    for _ in range(4):
        aws.trail().note(CHAIN, act(), DONE)
    key = {"pk": {"S": f"audit#{CHAIN}"}, "sk": {"S": f"entry#{2:012}"}}
    aws.place.dynamodb.delete_item(TableName=aws.place.table, Key=key)

    verdict = verdict_on(export(aws.reading(), now=NOON))

    assert [(each.kind, each.number) for each in verdict.findings] == [(FindingKind.OMITTED, 2)]


def test_an_item_of_another_version(aws: AwsSite) -> None:
    """An item of a format that this version does not know is refused by name."""
    aws.place.dynamodb.put_item(
        TableName=aws.place.table,
        Item={
            "pk": {"S": f"audit#{CHAIN}"},
            "sk": {"S": f"entry#{1:012}"},
            "format": {"N": "2"},
            "written_at": {"N": "0"},
            "body": {"S": "{}"},
        },
    )

    with pytest.raises(CorruptStateError, match="Entry 1 of audit chain"):
        aws.reading().entries()


@pytest.fixture
def kms(emulator_url: str) -> Iterator["KMSClient"]:
    session = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1"
    )
    client = session.client("kms", endpoint_url=emulator_url)
    yield client
    client.close()


@pytest.mark.emulator
def test_kms_signs(kms: "KMSClient", site: AuditSite) -> None:
    """A head that a KMS key signed is genuine, and a verdict rests on that key."""
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    signer = KmsSigner(kms, key_id=made["KeyMetadata"]["KeyId"])
    counter = CallCounter(kms)
    site.grow(1)
    anchoring = site.anchoring(signer=signer)

    for _ in range(2):
        signed = anchoring.anchor(CHAIN)
        assert signed
        assert is_genuine(signed)
        assert anchoring.anchor(CHAIN) == signed
        site.grow(1)

    # The key is asked for once, and what is anchored is not signed again.
    assert counter.calls == {"GetPublicKey": 1, "Sign": 2}
    assert site.verdict().anchored_to == 4
