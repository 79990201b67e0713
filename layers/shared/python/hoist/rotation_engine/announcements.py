"""Tells a listener what happens to one secret."""

import uuid

from hoist.clock import Clock
from hoist.rotation_engine.events import EventFacts, EventName, label_event, service_event
from hoist.rotation_engine.labels import CURRENT, SecretLabels
from hoist.rotation_engine.seams import Listener


class Announcer:
    """Makes the events and hands them over; an error of the listener is the caller's."""

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock

    def tell(self, secret: SecretLabels, name: EventName, *, error_message: str = "") -> None:
        self._listener(service_event(self._facts(secret), name, error_message=error_message))

    def tell_of_new_current(self, secret: SecretLabels, version: str) -> None:
        """What caches of consumers wait for."""
        event = label_event(self._facts(secret), name=secret.name, label=CURRENT, version=version)
        self._listener(event)

    def _facts(self, secret: SecretLabels) -> EventFacts:
        return EventFacts(str(uuid.uuid4()), self._clock.now(), secret.arn)
