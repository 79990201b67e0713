"""Health: a function that looks at the installation once a minute."""

from collections.abc import Mapping

import pulumi

from components.deployed_functions import FunctionMaker
from components.functions import Function
from components.minutely_call import call_each_minute

# What it gets instead of a request.
EVENT = {"hoist": "check-health"}


class Health(pulumi.ComponentResource):
    """The function with its schedule."""

    def __init__(
        self,
        maker: FunctionMaker,
        *,
        environment: Mapping[str, pulumi.Input[str]],
        drift_after_days: int | None,
    ) -> None:
        super().__init__("hoist:infra:Health", "health")
        site = maker.site
        self.function = maker.make(
            Function.HEALTH,
            environment={
                "HOIST_INSTALLATION": site.installation,
                **_limits(drift_after_days),
                **environment,
            },
            component=self,
        )
        call_each_minute(
            "check-health",
            self.function,
            EVENT,
            site=site,
            component=self,
            because="looks at everything that it needs",
        )
        self.register_outputs({"function": self.function.name})


def _limits(drift_after_days: int | None) -> Mapping[str, str]:
    return {} if drift_after_days is None else {"HOIST_DRIFT_AFTER_DAYS": str(drift_after_days)}
