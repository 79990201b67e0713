"""Whether signed heads and entries agree, as the orchestrator's own code writes both."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_site import CHAIN, act, session_signer
from health.dependencies.audit_chains import head_in
from health.dependencies.errors import UnreadableRecordError
from health.findings.assessment import Status
from health.findings.finding import Finding, Severity
from health_sites import REGION, HealthSite, moto_site
from orchestrator.audit.acts import DONE, Act, Result, ResultKind
from orchestrator.audit.anchoring import HeadAnchoring
from orchestrator.audit.anchors import anchor_key
from orchestrator.audit.chains import INSTALLATION
from orchestrator.audit.heads import Head, SignedHead, encode_signed_head, key_id_of
from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
from orchestrator.audit.stores.s3_anchors import S3Anchors
from orchestrator.audit.trail import AuditTrail, Loss
from orchestrator.state.stores.aws import aws_storage
from state_sites import Site
from storages import NOON
from tables import make_table

pytestmark = pytest.mark.thorough

CHECK = "audit_heads"
SUCCEEDED = Result(ResultKind.DONE, "succeeded", begun_at=1)
HOUR = timedelta(hours=1).total_seconds()


@dataclass(frozen=True)
class AuditedSite:
    """An installation with the audit of shop/dev."""

    health: HealthSite
    chain: str

    @property
    def chains(self) -> DynamoDBChains:
        return DynamoDBChains(self.health.client("dynamodb"), table=self.health.places.audit_table)

    def note(self, *acts: Act, chain: str = "", result: Result = DONE) -> None:
        trail = AuditTrail(self.chains, clock=self.health.clock, on_lost=_raise)
        for each in acts or (act(),):
            trail.note(chain or self.chain, each, result)

    def end_run(self) -> None:
        self.note(act("run.claimed"))
        self.note(act("run.slice_ended"), result=SUCCEEDED)

    def sign(self, chain: str = "") -> None:
        anchors = S3Anchors(
            self.health.client("s3"),
            bucket=self.health.places.audit_bucket,
            kept_for=timedelta(days=1),
            mode="GOVERNANCE",
            clock=self.health.clock,
        )
        anchoring = HeadAnchoring(self.chains, anchors, session_signer(), clock=self.health.clock)
        assert anchoring.anchor(chain or self.chain)

    def item(self, number: int) -> dict[str, Any]:
        """The key of an entry's item."""
        return {"pk": {"S": f"audit#{self.chain}"}, "sk": {"S": f"entry#{number:012}"}}

    def delete(self, number: int) -> None:
        table = self.health.places.audit_table
        self.health.client("dynamodb").delete_item(TableName=table, Key=self.item(number))

    def findings(self) -> list[Finding]:
        return self.health.findings(CHECK)


@cache
def signed_head() -> SignedHead:
    """A head of another chain, which nobody has stored."""
    signer = session_signer()
    public_key = signer.public_key()
    head = Head(chain=CHAIN, number=7, hash="a" * 64, at=NOON, key_id=key_id_of(public_key))
    return SignedHead(head, signer.sign(head.digest), public_key)


def _raise(loss: Loss) -> None:
    raise loss.error


@pytest.fixture
def site() -> Iterator[AuditedSite]:
    with moto_site() as made:
        name = f"{made.places.installation}-audit"
        health = replace(made, places=replace(made.places, audit_table=name, audit_bucket=name))
        _make_places(health)
        storage = aws_storage(
            dynamodb=health.client("dynamodb"),
            s3=health.client("s3"),
            table=health.places.state_table,
            bucket=health.places.state_bucket,
            clock=health.clock,
        )
        state = replace(Site(clock=health.clock), open_storage=lambda: storage)
        state.client_with_stack()
        [stack] = state.service().stacks.list("shop")
        yield AuditedSite(health, stack.id)


def _make_places(health: HealthSite) -> None:
    health.client("s3").create_bucket(
        Bucket=health.places.audit_bucket,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,
    )
    make_table(health.client("dynamodb"), health.places.audit_table)


def test_signed_chains_are_well(site: AuditedSite) -> None:
    """A chain that goes on behind its head, and one that has none yet, are as they should be."""
    site.note(chain=INSTALLATION)
    site.end_run()
    site.sign()
    site.note()
    site.health.clock.advance(100 * HOUR)

    looked = site.health.look(CHECK)

    assert [each.status for each in looked] == [Status.PASS] * 2
    assert [str(each.subject).split()[0] for each in looked] == ["installation", "stack"]
    assert [each.observed.value for each in looked if each.observed] == [
        *("not signed yet", "signed to entry 2"),
    ]


def test_an_end_that_was_not_signed(site: AuditedSite) -> None:
    """A run's end is signed within the hour; the finding is over once the next run's end is."""
    site.end_run()
    site.health.clock.advance(HOUR - 1)
    assert site.findings() == []
    site.health.clock.advance(1)

    (finding,) = site.findings()

    assert (finding.id, finding.severity) == ("audit_heads.unsigned", Severity.WARN)
    assert finding.evidence.metric == "time since entry 2"
    assert finding.action.command == "hoist audit verify shop/dev"
    site.sign()
    assert site.findings() == []


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ((4, 5), "entry 4 and all behind it are missing"),
        ((4,), "entry 4 is missing"),
    ],
)
def test_missing_entries(site: AuditedSite, numbers: tuple[int, ...], fault: str) -> None:
    """What a head has seen is there, or somebody took it away."""
    site.end_run()
    site.end_run()
    site.sign()
    site.note()
    for number in numbers:
        site.delete(number)

    (finding,) = site.findings()

    assert (finding.id, finding.severity) == ("audit_heads.broken", Severity.FAIL)
    assert finding.evidence.value == fault


def test_an_entry_that_was_replaced(site: AuditedSite) -> None:
    """The hash that was signed is of another one."""
    site.end_run()
    site.sign()
    site.delete(2)
    site.note(act("run.slice_ended", why="another"))

    (finding,) = site.findings()

    assert finding.evidence.value == "entry 2 is another one"


def test_a_forged_head(site: AuditedSite) -> None:
    """A head whose signature is none of the key that it names."""
    site.end_run()
    site.sign()
    s3, bucket = site.health.client("s3"), site.health.places.audit_bucket
    (found,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    head = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode()
    forged = head.replace('"number":2', '"number":1')
    s3.put_object(Bucket=bucket, Key=found["Key"], Body=forged.encode(), ChecksumAlgorithm="SHA256")

    (finding,) = site.findings()

    assert finding.evidence.value == "its signature is none of its key"


def test_a_head_of_another_chain(site: AuditedSite) -> None:
    """It proves nothing about this one."""
    signed = signed_head()
    site.health.client("s3").put_object(
        Bucket=site.health.places.audit_bucket,
        Key=anchor_key(signed.head).replace(CHAIN, site.chain),
        Body=encode_signed_head(signed),
        ChecksumAlgorithm="SHA256",
    )

    (finding,) = site.findings()

    assert finding.evidence.value == f"it is of chain {CHAIN}"


def test_what_cannot_be_read_is_unknown(site: AuditedSite) -> None:
    """Of one chain: the others are judged."""
    item = {**site.item(1), "body": {"S": "{}"}}
    site.health.client("dynamodb").put_item(TableName=site.health.places.audit_table, Item=item)

    statuses = [each.status for each in site.health.look(CHECK)]

    assert statuses == [Status.PASS, Status.UNKNOWN]


def test_without_an_audit_nobody_looks(site: AuditedSite) -> None:
    """Where the function is not told of one."""
    bare = replace(site.health, places=replace(site.health.places, audit_table=""))

    assert bare.look(CHECK) == []


@given(body=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_whatever_is_in_the_bucket(body: bytes) -> None:
    """What is no head is an error with a name."""
    with pytest.raises(UnreadableRecordError):
        head_in(body, "a key")


@given(at=st.integers(0, 1000), bit=st.integers(0, 7))
def test_any_bit_of_a_head_counts(at: int, bit: int) -> None:
    """A head with one bit changed is unreadable, not genuine, or the same as before."""
    whole = encode_signed_head(signed_head())
    body = bytearray(whole)
    body[at % len(body)] ^= 1 << bit
    try:
        read = head_in(bytes(body), "a key")
    except UnreadableRecordError:
        return
    assert not read.is_genuine or read == head_in(whole, "a key")
