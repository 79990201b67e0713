"""What events of rotations tell."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from hoist.rotation_engine.events import EventFacts, EventName, label_event, service_event
from rotation.doctor.cloud_trail import CloudTrailLog
from rotation.doctor.errors import SecretsDeniedError, SecretsUnavailableError
from rotation.doctor.file_log import FileRotationLog
from rotation.doctor.log import Failure, LogEntry, entry_in, failure_in, open_failure
from rotation.errors import FailureKind, RotationPolicyError
from rotation_site import MORNING

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf"
ANOTHER = f"{ARN}-other"
CANARY = "CANARY-in-a-message"


def event(name: EventName, *, message: str = "", minutes: int = 0, arn: str = ARN) -> Any:
    facts = EventFacts(f"id {minutes}", MORNING + timedelta(minutes=minutes), arn)
    return service_event(facts, name, error_message=message)


def documents(*events: Any) -> list[str]:
    return [json.dumps(each["detail"]) for each in events]


def test_failure_of_our_function() -> None:
    """Step, class and code stand in the text that Secrets Manager keeps of our errors."""
    message = f"{RotationPolicyError(CANARY)} during setSecret step"

    assert failure_in(message) == Failure("setSecret", FailureKind.POLICY, "rotation_policy")


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("Timed out during testSecret step", Failure("testSecret")),
        ("KeyError: 'x'", Failure()),
        ("odd/code: what", Failure()),
        ("", Failure()),
    ],
)
def test_failure_of_another_function(message: str, failure: Failure) -> None:
    """Of other texts only a step is understood."""
    assert failure_in(message) == failure


@given(st.text())
def test_any_message_may_come(message: str) -> None:
    """Whatever a function writes into its error, what is kept of it is from our own lists."""
    failure = failure_in(message)

    assert failure.step in {"", "createSecret", "setSecret", "testSecret", "finishSecret"}


@given(st.text() | st.recursive(st.none() | st.text(), st.lists, max_leaves=4).map(json.dumps))
def test_any_document_may_come(document: str) -> None:
    """What is no event of the secret is no entry, and no error."""
    assert entry_in(document, ARN) is None


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "eventName": st.sampled_from(list(EventName)) | st.integers() | st.text(),
            "eventTime": st.sampled_from(["2026-03-02T08:00:00Z", "soon"]) | st.integers(),
            "errorMessage": st.text() | st.integers(),
            "additionalEventData": st.just({"SecretId": ARN}) | st.lists(st.text()),
        },
    )
)
def test_half_an_event_may_come(fields: dict[str, object]) -> None:
    """An event with some of its fields missing or odd is an entry only if it can be placed."""
    entry = entry_in(json.dumps(fields), ARN)

    assert entry is None or entry.at == MORNING


def test_events_without_a_zone_are_utc() -> None:
    """Instants are aware, as all of ours."""
    fields = event(EventName.STARTED)["detail"] | {"eventTime": "2026-03-02T08:00:00"}

    assert entry_in(json.dumps(fields), ARN) == LogEntry(MORNING, EventName.STARTED)


@pytest.mark.parametrize(
    ("names", "is_open"),
    [
        ([], False),
        ([EventName.STARTED, EventName.FAILED], True),
        ([EventName.FAILED, EventName.SUCCEEDED], False),
        ([EventName.FAILED, EventName.ABANDONED], False),
        ([EventName.FAILED, EventName.STARTED], False),
        ([EventName.FAILED, EventName.TEST_SUCCEEDED], True),
    ],
)
def test_failure_is_over_with_the_next_rotation(names: list[EventName], is_open: bool) -> None:
    """A failure counts until the rotation, or another one, has begun or ended otherwise."""
    entries = [LogEntry(MORNING, name) for name in names]

    assert (open_failure(entries) is not None) == is_open


def test_file_keeps_events_of_all_secrets(tmp_path: Path) -> None:
    """Each secret finds its own events, oldest first; news of labels is no event of a rotation."""
    log = FileRotationLog(tmp_path)
    log.hear(event(EventName.STARTED))
    log.hear(event(EventName.STARTED, arn=ANOTHER))
    log.hear(label_event(EventFacts("", MORNING, ARN), name="n", label="AWSCURRENT", version="v"))
    log.hear(event(EventName.FAILED, minutes=1, message="x during setSecret step"))

    assert FileRotationLog(tmp_path).entries(ARN) == [
        LogEntry(MORNING, EventName.STARTED),
        LogEntry(MORNING + timedelta(minutes=1), EventName.FAILED, Failure("setSecret")),
    ]


def test_file_keeps_no_message(tmp_path: Path) -> None:
    """Of an error's text the file has what the doctor reads, and nothing else."""
    log = FileRotationLog(tmp_path)

    log.hear(event(EventName.FAILED, message=f"policy/a_code: {CANARY} during setSecret step"))

    (entry,) = log.entries(ARN)
    assert entry.failure == Failure("setSecret", FailureKind.POLICY, "a_code")
    (file,) = tmp_path.glob("*.ndjson")
    assert CANARY not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_torn_line_is_passed_over(tmp_path: Path) -> None:
    """A line that was cut off by a crash hides no other."""
    log = FileRotationLog(tmp_path)
    log.hear(event(EventName.STARTED))
    (file,) = tmp_path.glob("*.ndjson")
    file.write_bytes(b'{"eventName": "Rota\xff\n' + file.read_bytes())

    assert len(log.entries(ARN)) == 1


def test_full_disk_stops_no_rotation(tmp_path: Path) -> None:
    """A log that cannot be written is no error of the rotation."""
    (tmp_path / "rotations.ndjson").mkdir()

    FileRotationLog(tmp_path).hear(event(EventName.STARTED))


class Trail:
    """CloudTrail's look-ups, a page per document."""

    def __init__(self, *kept: str) -> None:
        self.kept = kept
        self.asked = 0

    def lookup_events(self, *args: Any, **request: Any) -> Any:
        self.asked += 1
        (attribute,) = request["LookupAttributes"]
        mine = [each for each in self.kept if f'"{attribute["AttributeValue"]}"' in each]
        start = int(request.get("NextToken", "0"))
        page = {"Events": [{"CloudTrailEvent": each} for each in mine[start : start + 1]]}
        return page | ({"NextToken": str(start + 1)} if start + 1 < len(mine) else {})


def test_trail_is_read_page_by_page() -> None:
    """Events of all kinds and pages come in the order of time."""
    told = documents(
        event(EventName.FAILED, minutes=3, message="x during testSecret step"),
        event(EventName.FAILED, minutes=1),
        event(EventName.STARTED, minutes=0),
        event(EventName.SUCCEEDED, minutes=2, arn=ANOTHER),
    )

    entries = CloudTrailLog(Trail(*told)).entries(ARN)

    assert [entry.name for entry in entries] == [
        EventName.STARTED,
        EventName.FAILED,
        EventName.FAILED,
    ]
    assert entries[-1].failure == Failure("testSecret")


def test_trail_is_asked_little() -> None:
    """However many secrets are looked at, the pages are read once, and not without end."""
    trail = Trail(*documents(*(event(EventName.FAILED, minutes=each) for each in range(30))))
    log = CloudTrailLog(trail)

    log.entries(ARN)
    asked = trail.asked
    log.entries("another")

    assert trail.asked == asked <= 16


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDeniedException", SecretsDeniedError),
        ("ThrottlingException", SecretsUnavailableError),
    ],
)
def test_trail_that_may_not_be_read(code: str, expected: type[Exception]) -> None:
    """CloudTrail's refusals are errors of ours."""

    class Refusing:
        def lookup_events(self, *args: Any, **request: Any) -> Any:
            raise ClientError({"Error": {"Code": code, "Message": CANARY}}, "LookupEvents")

    with pytest.raises(expected):
        CloudTrailLog(Refusing()).entries(ARN)
