"""A random value that nothing but its readers knows: there is no target to set it in."""

import json
from dataclasses import dataclass

from hoist.secret import Secret
from hoist.strict_json import json_fields
from rotation.errors import RotationPolicyError
from rotation.strategies.password_policy import PasswordPolicy, password_policy
from rotation.strategy import Draft, Succession, Traits, Trial

NAME = "generated"


@dataclass(frozen=True, slots=True)
class GeneratedDocument:
    """A value with its policy. A bare one is the secret's whole text, under the usual policy."""

    value: Secret
    policy: PasswordPolicy
    is_bare: bool = False


class GeneratedValue:
    """The secret is either a bare text or {"strategy", "value", "policy"}."""

    traits = Traits(fallbacks=(), live_credentials_at_most=1)

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        _document(current)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        document = _document(current)
        value = document.policy.generate()
        if current is None or document.is_bare:
            return value
        # Everything else stays as its owner wrote it.
        return Secret(json.dumps({**json.loads(current.reveal()), "value": value.reveal()}))

    def set(self, trial: Trial) -> None:
        """Nobody else has to learn of the value."""

    def test(self, trial: Trial) -> None:
        pending = _document(trial.pending)
        if not pending.policy.allows(pending.value):
            raise RotationPolicyError(
                "the pending value is not what its policy allows",
                way_out="cancel the rotation and start a new one",
            )

    def finish(self, succession: Succession) -> None:
        """The value that was replaced opens nothing by itself."""


def _document(value: Secret | None) -> GeneratedDocument:
    if value is None or not _is_object(value):
        policy = password_policy(json_fields(Secret("{}"), "the usual policy"))
        return GeneratedDocument(value or Secret(""), policy, is_bare=True)
    fields = json_fields(value, "the secret's value")
    if fields.optional_text("strategy") not in {None, NAME}:
        raise fields.refusal("is that of another strategy")
    generated = Secret(fields.optional_text("value") or "")
    policy = password_policy(fields.object("policy"))
    fields.refuse_others()
    return GeneratedDocument(generated, policy)


def _is_object(value: Secret) -> bool:
    return value.reveal().lstrip().startswith("{")
