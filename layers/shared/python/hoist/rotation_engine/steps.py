"""One try of a rotation: the four calls of the function, and a look at the labels between them."""

import uuid
from collections.abc import Callable

from hoist.rotation_engine.labels import SecretLabels, Standing, standing_of
from hoist.rotation_engine.outcomes import Ending, StepFailure
from hoist.rotation_engine.seams import Handler

TEST_STEP, LAST_STEP = "testSecret", "finishSecret"
STEPS = ("createSecret", "setSecret", TEST_STEP, LAST_STEP)

_ENDINGS = {Standing.ABANDONED: Ending.ABANDONED, Standing.CANCELLED: Ending.CANCELLED}


class RotationRun:
    """The rotation of one token, begun when `secret` stood as it did."""

    def __init__(
        self,
        *,
        secret: SecretLabels,
        token: str,
        handler: Handler,
        look: Callable[[], SecretLabels],
    ) -> None:
        self._secret = secret
        self._token = token
        self._handler = handler
        self._look = look
        self._rotation_token = str(uuid.uuid4())

    def all(self) -> Ending | StepFailure:
        """One try: how the rotation has ended, or why it has not."""
        for step in STEPS:
            ended = _ENDINGS.get(self._standing())
            if ended:
                return ended
            failure = self._call(step)
            if failure:
                return _ENDINGS.get(self._standing(), failure)
        standing = self._standing()
        if standing is Standing.PROMOTED:
            return Ending.SUCCEEDED
        unmoved = StepFailure(LAST_STEP, "NotPromoted", "AWSCURRENT did not move")
        return _ENDINGS.get(standing, unmoved)

    def test(self) -> StepFailure | None:
        """The one step of the test-only mode."""
        return self._call(TEST_STEP)

    def _call(self, step: str) -> StepFailure | None:
        event = {
            "Step": step,
            "SecretId": self._secret.arn,
            "ClientRequestToken": self._token,
            "RotationToken": self._rotation_token,
        }
        try:
            self._handler(event, None)
        except Exception as error:  # noqa: BLE001 - the door to a foreign function
            return StepFailure(step, type(error).__name__, str(error))
        return None

    def _standing(self) -> Standing:
        return standing_of(self._token, self._look(), base=self._secret.current)
