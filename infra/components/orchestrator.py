"""The orchestrator: the functions behind the two doors, `api` and `worker`."""

from collections.abc import Mapping

import pulumi

from components.deployed_functions import FunctionMaker
from components.functions import Function


class Orchestrator(pulumi.ComponentResource):
    """Both functions, which know the same of the installation."""

    def __init__(
        self, maker: FunctionMaker, *, environment: Mapping[str, pulumi.Input[str]]
    ) -> None:
        super().__init__("hoist:infra:Orchestrator", "orchestrator")
        self.api = maker.make(Function.API, environment=environment, component=self)
        self.worker = maker.make(Function.WORKER, environment=environment, component=self)
        self.register_outputs({"api": self.api.name, "worker": self.worker.name})
