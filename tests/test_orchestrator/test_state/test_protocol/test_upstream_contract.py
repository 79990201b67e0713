"""An engine that knows calls or journal entries that we have not thought of is noticed here.

When this fails after an upgrade of the engine: serve what is new, or add it to what is left out,
here and in docs/state-service.md.
"""

import re

import pytest

from orchestrator.state.journal_entry import JournalEntryKind
from orchestrator.state.protocol.update_routes import JOURNAL_VERSION
from state_sites import Site
from state_upstream import (
    Endpoint,
    upstream_endpoints,
    upstream_journal_fields,
    upstream_journal_kinds,
    upstream_journal_version,
)

pytestmark = pytest.mark.engine

# By upstream's own names: what Pulumi Cloud has besides the state.
LEFT_OUT = {
    *("listOrganizationStacks", "getStackLogs", "getStackUpdate", "postEngineEvent"),
    *("getUpdateContentsFiles", "getUpdateContentsFilePath"),
    # Checkpoints as differences of texts: not announced, so never sent.
    *("patchCheckpointDelta", "patchCheckpointVerbatim"),
    # Config kept by the service: never offered.
    "updateStackConfig",
    *("updateDeploymentSettings", "encryptDeploymentSecret", "destroyDeploymentSettings"),
    *("listStackDeployments", "cancelStackDeployment", "getGHAppIntegration"),
    *("listOrganizationMembers", "listTemplates", "downloadTemplates"),
    *("publishPolicyPack", "completePolicyPackPublish", "getUsageSummaryResourceHours"),
    *("getSearchResources", "getSearchResourcesParse", "getOrgResourceSearchV2"),
    *("listInsightsAccounts", "getScanLogs"),
    *("publishPackage", "completePackagePublish", "deletePackageVersion"),
    *("publishTemplate", "completeTemplatePublish"),
}
# The table is older than the calls: stacks are made in their project.
REALLY = {"createStack": "/api/stacks/{orgName}/{projectName}"}


def test_every_endpoint_is_served_or_left_out() -> None:
    """Each row of the CLI's table is one or the other, and what is left out answers 404."""
    endpoints = upstream_endpoints()
    client = Site().client_of_all()
    assert client.create_stack().is_ok

    not_found = {
        endpoint.name
        for endpoint in endpoints
        if client.call(endpoint.method, _path(endpoint)).document
        == {"code": 404, "message": "Not Found"}
    }

    assert not_found == LEFT_OUT
    assert len(endpoints) > len(LEFT_OUT) + 20


def test_journal_kinds_are_all_known() -> None:
    """The kinds of entries, by name and number, are ours."""
    ours = {kind.name.replace("_", "").lower(): kind.value for kind in JournalEntryKind}

    assert ours == {name.lower(): number for name, number in upstream_journal_kinds().items()}


def test_journal_entries_have_no_other_fields() -> None:
    """A field that the fold does not know could mean anything."""
    assert upstream_journal_fields() == {
        *("version", "kind", "sequenceID", "operationID", "isRefresh"),
        *("removeOld", "removeNew", "deleteOld", "deleteNew"),
        *("pendingReplacementOld", "pendingReplacementNew"),
        *("state", "operation", "newSnapshot", "secretsProvider"),
        *("snippets", "extensionRef", "extension"),
    }


def test_journal_version_is_ours() -> None:
    """The engine offers the one version of the journal that we fold."""
    assert upstream_journal_version() == {JOURNAL_VERSION}


def _path(endpoint: Endpoint) -> str:
    parts = {"orgName": "organization", "projectName": "shop", "stackName": "dev"}
    parts |= {"updateKind": "update"}
    path = REALLY.get(endpoint.name, endpoint.path)
    return re.sub(r"{(\w+)[^}]*}", lambda part: parts.get(part[1], "x1"), path)
