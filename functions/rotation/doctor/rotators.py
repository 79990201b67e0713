"""The two ways in which a secret is rotated."""

from botocore.exceptions import ClientError

from hoist.errors import HoistError
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.outcomes import Ending, RotationOutcome
from hoist.secrets.client import SecretsClient
from rotation.doctor.asking import asking

# A rotation is open already: Secrets Manager says so, and tries it again.
_IS_OPEN = "InvalidRequestException"


class RotationNotDoneError(HoistError):
    """A rotation was tried and has not come to its end."""

    code = "rotation_not_done"

    def __init__(self, outcome: RotationOutcome) -> None:
        failure = outcome.failure
        cause = f" in {failure.step}: {failure.message}" if failure else ""
        super().__init__(
            f"the rotation {_WORDS[outcome.ending]}{cause}",
            way_out="mend what it names, then `hoist secrets doctor`; the old value stays current",
        )
        self.outcome = outcome


_WORDS = {
    Ending.SUCCEEDED: "succeeded",
    Ending.FAILED: "failed",
    Ending.ABANDONED: "was overtaken by a value that somebody stored by hand",
    Ending.CANCELLED: "was cancelled",
}


class EngineRotator:
    """Rotates in this process; a call returns when the rotation has ended."""

    def __init__(self, engine: RotationEngine) -> None:
        self._engine = engine

    def start(self, secret_id: str) -> str:
        return _ended(self._engine.rotate(secret_id))

    def go_on(self, secret_id: str) -> str:
        return _ended(self._engine.resume(secret_id))

    def test(self, secret_id: str) -> str:
        """Only ask whether a rotation would work."""
        return _ended(self._engine.test(secret_id))


class ServiceRotator:
    """Asks Secrets Manager, which rotates when the call has returned."""

    def __init__(self, client: SecretsClient) -> None:
        self._client = client

    def start(self, secret_id: str) -> str:
        with asking("RotateSecret", secret_id):
            self._client.rotate_secret(SecretId=secret_id)
        return "started"

    def go_on(self, secret_id: str) -> str:
        with asking("RotateSecret", secret_id):
            try:
                self._client.rotate_secret(SecretId=secret_id)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != _IS_OPEN:
                    raise
        return "started"

    def test(self, secret_id: str) -> str:
        """Ask the function whether a rotation would work: RotateImmediately=false."""
        with asking("RotateSecret", secret_id):
            self._client.rotate_secret(SecretId=secret_id, RotateImmediately=False)
        return "started"


def _ended(outcome: RotationOutcome) -> str:
    if outcome.ending is not Ending.SUCCEEDED:
        raise RotationNotDoneError(outcome)
    return outcome.ending.value
