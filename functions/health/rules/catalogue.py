"""All rules. A new one is a file and a line here."""

from typing import Final

from health.metrics.inventory import InstalledFunction, InstalledQueue, Mapping
from health.rules.cold_starts import ColdStartRule
from health.rules.dead_letters import DeadLetters
from health.rules.lambda_async import LambdaAsyncEvents
from health.rules.lambda_concurrency import AccountConcurrency, LambdaConcurrency
from health.rules.lambda_duration import LambdaDuration
from health.rules.lambda_errors import LambdaErrors
from health.rules.lambda_throttles import LambdaThrottles
from health.rules.mapping_state import MappingState
from health.rules.memory import MemoryRule
from health.rules.queue_age import QueueAge
from health.rules.rest_api import InstalledApi, RestApi
from health.rules.rule import ReportRule, Rule

FUNCTION_RULES: Final[tuple[Rule[InstalledFunction], ...]] = (
    LambdaErrors(),
    LambdaThrottles(),
    LambdaDuration(),
    LambdaConcurrency(),
    LambdaAsyncEvents(),
)
QUEUE_RULES: Final[tuple[Rule[InstalledQueue], ...]] = (QueueAge(),)
DEAD_LETTER_RULES: Final[tuple[Rule[InstalledQueue], ...]] = (DeadLetters(),)
MAPPING_RULES: Final[tuple[Rule[Mapping], ...]] = (MappingState(),)
API_RULES: Final[tuple[Rule[InstalledApi], ...]] = (RestApi(),)
ACCOUNT_RULES: Final[tuple[Rule[int], ...]] = (AccountConcurrency(),)
REPORT_RULES: Final[tuple[ReportRule, ...]] = (MemoryRule(), ColdStartRule())
