"""The table of stacks, leases and journals."""

from health.dependencies.site import Site
from health.dependencies.tables import TableCheck


def make(site: Site) -> TableCheck:
    return TableCheck(
        name="state_table",
        table=site.places.state_table,
        client=site.clients.looked_at("dynamodb"),
        impact_of_absence="no update can begin, and what open ones had journaled is gone",
        setting="StateTable in infra/bootstrap/template.yaml",
    )
