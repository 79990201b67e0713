"""Hands each event to the function that its resource of the REST API belongs to."""

from collections.abc import Mapping
from typing import Any

from local.front.event import HEALTH_RESOURCES
from local.front.invoker import Invocation, Invoker


class RoutingInvoker:
    """Implements Invoker over two functions: health's own resources, and the api for the rest."""

    def __init__(self, *, api: Invoker, health: Invoker) -> None:
        self._api = api
        self._health = health

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        function = self._health if event["resource"] in HEALTH_RESOURCES else self._api
        return function.invoke(event)
