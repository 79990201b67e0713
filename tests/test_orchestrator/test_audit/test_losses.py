"""What is told of an entry that could not be written."""

import json

from audit_site import CHAIN
from orchestrator.audit.losses import loss_line
from orchestrator.audit.trail import Loss
from orchestrator.state.errors import StoreUnavailableError
from storages import NOON

LOSS = Loss(CHAIN, "set_config", StoreUnavailableError("the table does not answer"))


def test_a_line_and_a_metric() -> None:
    """The line names chain, operation and reason; the metric counts one for its function."""
    line = json.loads(loss_line(LOSS, at=NOON, function="hoist-dev-orchestrator-api"))

    assert (line["event"], line["chain"], line["operation"], line["code"]) == (
        "audit_entry_lost",
        CHAIN,
        "set_config",
        "store_unavailable",
    )
    assert line["error"] == "the table does not answer"
    assert line["AuditEntriesLost"] == 1
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Hoist", [["FunctionName"]])


def test_outside_of_lambda_there_is_no_metric() -> None:
    """Nobody would collect it."""
    assert "_aws" not in json.loads(loss_line(LOSS, at=NOON, function=""))
