"""Who may do what: the settings' item in the access table, beside the tokens that the api keeps."""

import json
from collections.abc import Sequence

import pulumi
from pulumi_aws import dynamodb

from components.access_settings import AccessGrant, access_document
from components.site import Site
from components.tables import HASH_KEY, RANGE_KEY

# As layers/shared/python/hoist/access/dynamodb.py reads it.
SETTINGS = "settings"
FORMAT = 1


class Access(pulumi.ComponentResource):
    """The item. It is there without grants too: then the installation knows that nobody has any."""

    def __init__(self, site: Site, *, table: dynamodb.Table, grants: Sequence[AccessGrant]) -> None:
        super().__init__("hoist:infra:Access", "access")
        dynamodb.TableItem(
            "access-settings",
            table_name=table.name,
            hash_key=HASH_KEY,
            range_key=RANGE_KEY,
            item=json.dumps(
                {
                    HASH_KEY: {"S": SETTINGS},
                    RANGE_KEY: {"S": SETTINGS},
                    "format": {"N": str(FORMAT)},
                    "document": {"S": access_document(grants)},
                }
            ),
            opts=site.inside(self),
        )
        self.register_outputs({})
