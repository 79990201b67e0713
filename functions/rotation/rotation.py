"""The four steps of a rotation, each of which finds out itself how far the last try came."""

from hoist.clock import Clock
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation.choice import StrategyMakers, strategy_name, strategy_named
from rotation.errors import RotationRefusedError, SecretSchemaError
from rotation.messages import RotationEvent, Step
from rotation.steps import Progress, SecretFacts, Stage, progress_of, promotion_of
from rotation.strategy import Draft, Strategy, Succession, Trial
from rotation.versions import SecretVersions


class Rotation:
    """Does one step at a time, on any store that answers as Secrets Manager does."""

    def __init__(
        self, *, versions: SecretVersions, strategies: StrategyMakers, clock: Clock
    ) -> None:
        self._versions = versions
        self._strategies = strategies
        self._clock = clock

    def run(self, event: RotationEvent) -> None:
        """Do the step, or nothing if it is done; raises RotationError."""
        facts = self._versions.facts(event.secret_id)
        progress = progress_of(event.token, facts)
        try:
            if progress is Progress.PENDING:
                self._step(event, facts)
            elif event.step is Step.FINISH:
                # The last try may have ended between the promotion and what comes after it.
                self._retire(event, facts)
        except InvalidDocumentError as error:
            raise SecretSchemaError(error.message, way_out=error.way_out) from error

    def _step(self, event: RotationEvent, facts: SecretFacts) -> None:
        current = self._versions.with_stage(event.secret_id, Stage.CURRENT)
        pending = self._versions.pending(event)
        strategy = self._strategy(facts, current or pending)
        draft = Draft(facts.arn, event.token, self._clock.now())
        if event.step is Step.CREATE:
            self._create(event, strategy, draft, current=current, pending=pending)
        elif event.step is Step.TEST and pending in {None, current}:
            strategy.preflight(current, draft)
        else:
            self._go_on(event, facts, strategy, self._trial(event, current, pending))

    def _create(
        self,
        event: RotationEvent,
        strategy: Strategy,
        draft: Draft,
        *,
        current: Secret | None,
        pending: Secret | None,
    ) -> None:
        # A stored value is kept: the target may know it already, and the token allows no second.
        if pending is not None:
            return
        strategy.preflight(current, draft)
        value = strategy.create(current, draft)
        self._versions.store_pending(event, value)

    def _go_on(
        self, event: RotationEvent, facts: SecretFacts, strategy: Strategy, trial: Trial
    ) -> None:
        if event.step is Step.SET:
            strategy.set(trial)
            return
        strategy.test(trial)
        if event.step is Step.FINISH:
            self._versions.promote(event.secret_id, promotion_of(event.token, facts))
            self._retire(event, facts)

    def _trial(self, event: RotationEvent, current: Secret | None, pending: Secret | None) -> Trial:
        if pending is None:
            raise RotationRefusedError(
                f"{event.step} needs a pending value, and the version has none",
                way_out="begin with createSecret",
            )
        return Trial(
            token=event.token,
            at=self._clock.now(),
            pending=pending,
            current=current,
            previous=self._versions.with_stage(event.secret_id, Stage.PREVIOUS),
        )

    def _retire(self, event: RotationEvent, facts: SecretFacts) -> None:
        current = self._versions.with_stage(event.secret_id, Stage.CURRENT)
        if current is None:
            raise RotationRefusedError(
                "the promoted version has no value", way_out="move AWSCURRENT back"
            )
        previous = self._versions.with_stage(event.secret_id, Stage.PREVIOUS)
        strategy = self._strategy(facts, current)
        strategy.finish(Succession(self._clock.now(), current, previous))

    def _strategy(self, facts: SecretFacts, document: Secret | None) -> Strategy:
        return strategy_named(strategy_name(facts.tags, document), self._strategies)
