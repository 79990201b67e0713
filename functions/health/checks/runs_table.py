"""The table of runs."""

from health.dependencies.site import Site
from health.dependencies.tables import TableCheck


def make(site: Site) -> TableCheck:
    return TableCheck(
        name="runs_table",
        table=site.places.runs_table,
        client=site.clients.looked_at("dynamodb"),
        impact_of_absence="no run can be asked for, and none that waits will be worked on",
        setting="infra/components/tables.py",
    )
