"""Values show up nowhere but in the store: strategies whose target is in this process.

For each strategy, every call that a rotation makes to store and target fails in turn, with errors
that quote all there is. Keys of issuers and passwords of databases have such tests beside them.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from hoist.rotation_engine.faults import ClientCall
from rotation.errors import RotationError
from rotation.messages import Step
from rotation_probes import SCENARIOS
from rotation_site import TOKEN, RotationSite, event_for

pytestmark = pytest.mark.thorough

CANARY = "CANARY"
FAULTY_DOCUMENTS = [
    "CANARY",
    '"CANARY"',
    '{"CANARY": "CANARY"}',
    '{"strategy": "CANARY"}',
    '{"strategy": "CANARY", "value": "CANARY"}',
    '{"value": ["CANARY"]}',
    '{"value": "CANARY", "value": "CANARY"}',
    '{"value": "CANARY", "policy": {"length": "CANARY"}}',
    '{"value": "CANARY", "policy": {"exclude_characters": ["CANARY"]}}',
    '{"keys": "CANARY"}',
    '{"keys": [{"kid": "CANARY", "secret": "CANARY"}]}',
    '{"keys": [{"kid": "k", "secret": "CANARY", "not_before": "CANARY"}], "active_kid": "CANARY"}',
    '{"keys": [], "policy": {"algorithm": "CANARY"}}',
    '{"user_name": "CANARY/", "access_key_id": "CANARY", "secret_access_key": "CANARY"}',
    '{"user_name": "app", "access_key_id": "CANARY", "secret_access_key": "CANARY"}',
    '{"user_name": "app", "access_key_id": ["CANARY"], "secret_access_key": "CANARY"}',
    '{"user_name": "app", "policy": {"old_key_unused_hours": "CANARY"}}',
]
STRATEGIES = ["generated", "signing-keys", "iam-access-key"]


@dataclass
class Witness:
    """A rotation whose every word is kept: errors with their traces, log lines, events."""

    scenario: str
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        name, old, probe = SCENARIOS[self.scenario]
        self.site = RotationSite(new_token=lambda: TOKEN)
        probe(self.site, old)
        self.arn = self.site.secret(old, strategy=name)

    def rotate(self) -> None:
        self.texts.append(repr(self.site.engine.rotate_or_resume(self.arn)))

    def step(self, step: Step) -> None:
        try:
            self.site.handle(event_for(self.arn, step.value))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not leak
            self.texts.append("".join(traceback.format_exception(error)))

    def everything_said(self, caplog: pytest.LogCaptureFixture) -> str:
        lines = repr([vars(line) for line in caplog.records])
        return "".join(self.texts) + caplog.text + lines + json.dumps(self.site.events, default=str)

    def values(self) -> Iterator[str]:
        """All that is secret, as it is stored and piece by piece."""
        for version in self.site.store.secrets["app/key"].versions.values():
            yield from secrets_in(version.value or "")
        for keys in self.site.users.keys.values():
            yield from (key.secret for key in keys.values())
        yield from (gone.key.secret for gone in self.site.users.deleted)


def secrets_in(value: str) -> list[str]:
    """The value, and what of a document nobody may see; nothing so short that chance writes it."""
    try:
        document = json.loads(value)
    except ValueError:
        document = {}
    fields = document if isinstance(document, dict) else {}
    keys = [key["secret"] for key in fields.get("keys", ())]
    pieces = [value, fields.get("value"), fields.get("secret_access_key"), *keys]
    return [piece for piece in pieces if piece and len(piece) > 3]


ACCIDENTS: dict[str, Callable[[str, str], Exception]] = {
    "a refusal of AWS": lambda operation, text: ClientError(
        {"Error": {"Code": "InternalServiceError", "Message": text}}, operation
    ),
    "a fault of ours": lambda operation, text: ValueError(text),
    "the end of the time": lambda operation, text: TimeoutError(text),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("accident", ACCIDENTS)
@pytest.mark.parametrize("is_after", [False, True])
def test_any_call_fails(
    scenario: str,
    accident: str,
    is_after: bool,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whichever call fails, before or after its effect, neither the error that Secrets Manager
    keeps, nor a trace, a log line, an event or an output holds any value."""
    caplog.set_level(logging.DEBUG)
    undisturbed = Witness(scenario)
    undisturbed.rotate()

    for number in range(1, len(undisturbed.site.calls) + 1):
        witness = Witness(scenario)
        fail_at(witness, number, ACCIDENTS[accident], is_after=is_after)
        witness.rotate()
        for step in Step:
            witness.step(step)

        printed = capfd.readouterr()
        said = witness.everything_said(caplog) + printed.out + printed.err
        assert CANARY not in said
        assert [value for value in witness.values() if value in said] == []
        caplog.clear()


def fail_at(
    witness: Witness,
    number: int,
    accident: Callable[[str, str], Exception],
    *,
    is_after: bool,
) -> None:
    """The call of that number fails, and so does each one like it from then on."""
    calls = 0
    failing = ""

    def meet(call: ClientCall) -> None:
        nonlocal calls, failing
        calls += 1
        if calls == number:
            failing = call.operation
        if call.operation == failing:
            raise accident(call.operation, f"{CANARY} {list(witness.values())}")

    if is_after:
        witness.site.after = meet
    else:
        witness.site.before = meet


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("document", FAULTY_DOCUMENTS)
@pytest.mark.parametrize("step", Step)
def test_faulty_documents(
    strategy: str, document: str, step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with the current or the pending value, no step tells any of it."""
    caplog.set_level(logging.DEBUG)
    site = RotationSite()
    arn = site.secret(document, strategy=strategy)
    site.store.put_secret_value(
        SecretId=arn,
        ClientRequestToken=TOKEN,
        SecretString=f" {document}",
        VersionStages=["AWSPENDING"],
    )

    said = told_by(site, arn, step) + caplog.text + repr([vars(each) for each in caplog.records])

    assert CANARY not in said


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just("CANARY-text"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["strategy", "value", "policy", "keys", "kid", "secret", "user_name", "CANARY-name"]
                + ["access_key_id", "secret_access_key", "length", "active_kid", "not_before"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(strategy=st.sampled_from(STRATEGIES), step=st.sampled_from(list(Step)), document=DOCUMENTS)
def test_any_document(strategy: str, step: Step, document: object) -> None:
    """No document makes a step say what it holds."""
    site = RotationSite()
    arn = site.secret(json.dumps(document), strategy=strategy)
    site.store.add_placeholder(arn, TOKEN)

    assert CANARY not in told_by(site, arn, step)


def told_by(site: RotationSite, arn: str, step: Step) -> str:
    """The error of a step with its trace and its causes; empty if it ends well."""
    try:
        site.handle(event_for(arn, step.value))
    except RotationError as error:
        return "".join(traceback.format_exception(error))
    return ""
