"""The engine: starts rotations, tries them, and tidies up when they have ended."""

import uuid
from collections.abc import Callable

from hoist.clock import Clock
from hoist.rotation_engine.announcements import Announcer
from hoist.rotation_engine.errors import NoRotationError, RotationInProgressError
from hoist.rotation_engine.events import EventName
from hoist.rotation_engine.labels import PENDING, SecretLabels
from hoist.rotation_engine.outcomes import Ending, RotationOutcome, StepFailure
from hoist.rotation_engine.seams import EngineClient, Handler, Listener, Placeholders
from hoist.rotation_engine.steps import RotationRun
from hoist.rotation_engine.tries import Tries


def new_version_id() -> str:
    """An id as Secrets Manager makes them."""
    return str(uuid.uuid4())


class RotationEngine:
    """Rotates secrets of any store with any handler; nothing is kept but the labels of the store.

    Calls return when the rotation has ended. One cut off anywhere goes on with `resume`.
    """

    def __init__(
        self,
        *,
        client: EngineClient,
        placeholders: Placeholders,
        handler: Handler,
        clock: Clock,
        listener: Listener = lambda event: None,
        tries: Tries = Tries(),  # noqa: B008 - frozen
        new_token: Callable[[], str] = new_version_id,
    ) -> None:
        self._client = client
        self._placeholders = placeholders
        self._handler = handler
        self._clock = clock
        self._announcer = Announcer(listener, clock)
        self._tries = tries
        self._new_token = new_token

    def rotate(self, secret_id: str) -> RotationOutcome:
        """A new rotation; raises RotationInProgressError while another one is open."""
        secret = self._without_rotation(secret_id)
        token = self._new_token()
        self._placeholders.add_placeholder(secret_id, token)
        self._announcer.tell(secret, EventName.STARTED)
        return self._run(secret, token)

    def resume(self, secret_id: str) -> RotationOutcome:
        """Try the open rotation again, with its own token; raises NoRotationError."""
        secret, token = self._open_rotation(secret_id)
        if self._is_overtaken(secret, token):
            return self._ended(secret, RotationOutcome(token, Ending.ABANDONED, tries=0))
        return self._run(secret, token)

    def rotate_or_resume(self, secret_id: str) -> RotationOutcome:
        """Go on with the open rotation, or start one."""
        is_open = self._labels(secret_id).in_progress is not None
        return self.resume(secret_id) if is_open else self.rotate(secret_id)

    def test(self, secret_id: str) -> RotationOutcome:
        """Ask the handler whether a rotation would work: testSecret alone, on an empty version."""
        secret = self._without_rotation(secret_id)
        token = self._new_token()
        self._placeholders.add_placeholder(secret_id, token)
        self._announcer.tell(secret, EventName.TEST_STARTED)
        failure = self._steps(secret, token).test()
        self._drop_pending(secret, token)
        if failure is None:
            self._announcer.tell(secret, EventName.TEST_SUCCEEDED)
            return RotationOutcome(token, Ending.SUCCEEDED, tries=1)
        self._announcer.tell(secret, EventName.TEST_FAILED, error_message=failure.message)
        return RotationOutcome(token, Ending.FAILED, tries=1, failure=failure)

    def cancel(self, secret_id: str) -> None:
        """Switch rotation off. An open one stops at its next step; its version stays pending."""
        self._client.cancel_rotate_secret(SecretId=secret_id)

    def abandon(self, secret_id: str) -> None:
        """Give the open rotation up, so that another may start; raises NoRotationError.

        The value that it has stored loses its label: nobody uses it any more.
        """
        secret = self._labels(secret_id)
        if secret.in_progress is None:
            raise _no_rotation(secret)
        self._end_abandoned(secret, secret.in_progress)

    def _run(self, secret: SecretLabels, token: str) -> RotationOutcome:
        steps = self._steps(secret, token)
        failure = None
        for number in range(1, self._tries.at_most + 1):
            if failure is not None:
                self._clock.sleep(self._tries.pause_after(number - 1))
            ended = steps.all()
            if isinstance(ended, Ending):
                return self._ended(secret, RotationOutcome(token, ended, number))
            failure = ended
        outcome = RotationOutcome(token, Ending.FAILED, self._tries.at_most, failure)
        return self._ended(secret, outcome)

    def _ended(self, secret: SecretLabels, outcome: RotationOutcome) -> RotationOutcome:
        if outcome.ending is Ending.SUCCEEDED:
            # The function leaves the label behind; taking it away is the service's part.
            self._drop_pending(secret, outcome.token)
            self._announcer.tell_of_new_current(secret, outcome.token)
            self._announcer.tell(secret, EventName.SUCCEEDED)
        elif outcome.ending is Ending.ABANDONED:
            self._end_abandoned(secret, outcome.token)
        elif outcome.ending is Ending.FAILED:
            self._announcer.tell(secret, EventName.FAILED, error_message=_message(outcome.failure))
        return outcome

    def _end_abandoned(self, secret: SecretLabels, token: str) -> None:
        self._drop_pending(secret, token)
        self._announcer.tell(secret, EventName.ABANDONED)

    def _drop_pending(self, secret: SecretLabels, token: str) -> None:
        if not self._labels(secret.arn).has(token, PENDING):
            return
        self._client.update_secret_version_stage(
            SecretId=secret.arn, VersionStage=PENDING, RemoveFromVersionId=token
        )

    def _is_overtaken(self, secret: SecretLabels, token: str) -> bool:
        """Whether a value was stored by hand after the rotation had stored its own."""
        answer = self._client.list_secret_version_ids(SecretId=secret.arn)
        stored = {version["VersionId"]: version["CreatedDate"] for version in answer["Versions"]}
        # An empty version is not listed; its value will be made from what is current then.
        return (
            token in stored
            and secret.current in stored
            and (stored[secret.current] > stored[token])
        )

    def _without_rotation(self, secret_id: str) -> SecretLabels:
        secret = self._labels(secret_id)
        if secret.in_progress:
            raise RotationInProgressError(
                f"a previous rotation of {secret.name} isn't complete",
                way_out="resume it, or abandon it and start a new one",
            )
        return secret

    def _open_rotation(self, secret_id: str) -> tuple[SecretLabels, str]:
        secret = self._labels(secret_id)
        # Also one that was promoted already: its label shows that it was not tidied up.
        if secret.pending is None:
            raise _no_rotation(secret)
        return secret, secret.pending

    def _steps(self, secret: SecretLabels, token: str) -> RotationRun:
        return RotationRun(
            secret=secret,
            token=token,
            handler=self._handler,
            look=lambda: self._labels(secret.arn),
        )

    def _labels(self, secret_id: str) -> SecretLabels:
        return SecretLabels.read(self._client.describe_secret(SecretId=secret_id))


def _no_rotation(secret: SecretLabels) -> NoRotationError:
    return NoRotationError(f"no rotation of {secret.name} is under way", way_out="start one")


def _message(failure: StepFailure | None) -> str:
    return f"{failure.message} during {failure.step} step" if failure else ""
