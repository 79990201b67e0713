"""A key of some API. The replaced one lives on for an overlap, and then dies provably.

To issue is itself the change outside, before any value can be stored: so each key is labelled with
its secret and the rotation's token, and a try that was cut off leaves an orphan that the next one
finds.
"""

from collections.abc import Callable

from hoist.clock import Clock
from hoist.secret import Secret
from rotation.errors import SecretSchemaError
from rotation.steps import Stage
from rotation.strategies.api_key.document import (
    ApiKeyDocument,
    api_key_document,
    key_in,
    with_key,
)
from rotation.strategies.api_key.issuer import IssuedKey, KeyIssuer
from rotation.strategies.api_key.leftovers import (
    refuse_full_issuer,
    refuse_open_overlap,
    superfluous_keys,
)
from rotation.strategies.api_key.proofs import prove_dead, prove_gone, prove_good
from rotation.strategy import Draft, Succession, Traits, Trial

IssuerOf = Callable[[str], KeyIssuer]
"""The issuer that an administrator's secret opens, by the secret's name or ARN."""


class ApiKey:
    """The secret is {"strategy", "admin_secret", "key_name", "key_id", "key", "policy", ...}."""

    traits = Traits(fallbacks=(Stage.PENDING, Stage.PREVIOUS), live_credentials_at_most=2)

    def __init__(self, issuer_of: IssuerOf, clock: Clock) -> None:
        self._issuer_of = issuer_of
        self._clock = clock

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        document = api_key_document(current)
        refuse_open_overlap(document, draft.at)
        issuer = self._issuer_of(document.admin_secret)
        holdings = issuer.keys_labelled(document.label_prefix(draft.secret_arn))
        superfluous_keys(document, holdings.keys, label=document.label(draft))
        refuse_full_issuer(document, holdings)
        if document.issued:
            prove_good(issuer, document.issued, self._clock)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        document = api_key_document(current)
        issuer = self._issuer_of(document.admin_secret)
        self._make_room(issuer, document, draft)
        made = issuer.issue(document.label(draft))
        self._revoke_twins(issuer, document.label(draft), made)
        return with_key(current, made, at=draft.at)

    def set(self, trial: Trial) -> None:
        """The issuer has made the key itself."""

    def test(self, trial: Trial) -> None:
        pending, current = api_key_document(trial.pending), api_key_document(trial.current)
        if pending.issued is None or not pending.is_for_the_same_as(current):
            raise SecretSchemaError(
                "the pending value has no key, or one for something else than the current value",
                way_out="cancel the rotation and start a new one",
            )
        issuer = self._issuer_of(pending.admin_secret)
        prove_good(issuer, pending.issued, self._clock)
        self._prove_replaced_dead(issuer, current, trial.previous)

    def finish(self, succession: Succession) -> None:
        """With no overlap the replaced key dies now; else when the next rotation begins."""
        current = api_key_document(succession.current)
        if current.overlap or not current.replaced_key_id:
            return
        issuer = self._issuer_of(current.admin_secret)
        issuer.revoke(current.replaced_key_id)
        self._prove_replaced_dead(issuer, current, succession.previous)

    def _make_room(self, issuer: KeyIssuer, document: ApiKeyDocument, draft: Draft) -> None:
        prefix = document.label_prefix(draft.secret_arn)
        held = issuer.keys_labelled(prefix).keys
        going = superfluous_keys(document, held, label=document.label(draft))
        for key_id in going:
            issuer.revoke(key_id)
        if going:
            prove_gone(issuer, prefix, going, self._clock)

    def _revoke_twins(self, issuer: KeyIssuer, label: str, made: IssuedKey) -> None:
        # A try just before may have made one that the list did not show in time.
        for key in issuer.keys_labelled(label).keys:
            if key.key_id != made.key_id:
                issuer.revoke(key.key_id)

    def _prove_replaced_dead(
        self, issuer: KeyIssuer, document: ApiKeyDocument, previous: Secret | None
    ) -> None:
        replaced = key_in(previous)
        if replaced and replaced.key_id == document.replaced_key_id:
            prove_dead(issuer, replaced, self._clock)
