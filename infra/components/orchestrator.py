"""The orchestrator: the functions behind the two doors, `api` and `worker`."""

import pulumi

from components.deployed_functions import FunctionMaker
from components.environments import Environment
from components.functions import Function


class Orchestrator(pulumi.ComponentResource):
    """Both functions, each with what it has to know of the installation."""

    def __init__(self, maker: FunctionMaker, *, api: Environment, worker: Environment) -> None:
        super().__init__("hoist:infra:Orchestrator", "orchestrator")
        self.api = maker.make(Function.API, environment=api, component=self)
        self.worker = maker.make(Function.WORKER, environment=worker, component=self)
        self.register_outputs({"api": self.api.name, "worker": self.worker.name})
