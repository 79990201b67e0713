"""What each route of the protocol needs of its caller, and under what name the audit has it.

A route that is not in the table is not served: a test compares it with the protocol's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from hoist.access.grants import Authority
from hoist.access.permissions import Permission
from orchestrator.state.names import StackName
from orchestrator.state.protocol.app import Route
from orchestrator.state.stacks import stack_not_found


class Bearer(Enum):
    """Who may call."""

    TOKEN = auto()
    """Whoever has a token; the answer is about no stack, or about those of the caller alone."""
    READER = auto()
    """With a permission on the stack, which is not there for who may not read it."""
    MAKER = auto()
    """With a permission on a stack that need not exist: who lacks it hears so either way."""
    LEASE = auto()
    """Whoever has the lease of the update."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`act` is the audit's name of the operation; empty for what leaves no entry."""

    bearer: Bearer
    permission: Permission = Permission.READ
    act: str = ""
    shows_secrets: bool = False
    ends_chain: bool = False

    def check(self, caller: Authority, name: StackName | None) -> None:
        """Raises StackNotFoundError for a stack that is hidden, and PermissionMissingError."""
        if name is None or self.bearer is Bearer.TOKEN:
            return
        if self.bearer is Bearer.READER and not caller.may(Permission.READ, name):
            raise stack_not_found(name)
        caller.require(self.permission, name)


_PROJECT = "/api/stacks/{organization}/{project}"
_STACK = _PROJECT + "/{stack}"
_UPDATE = _STACK + "/{path_kind:update|preview|refresh|destroy|import}/{update_id}"
_LOOK = Rule(Bearer.READER)
_LEASE = Rule(Bearer.LEASE)
_ENCRYPT = Rule(Bearer.READER, Permission.OPERATE)


def _change(act: str) -> Rule:
    return Rule(Bearer.READER, Permission.OPERATE, act)


_DECRYPT = Rule(Bearer.READER, Permission.READ_SECRETS, "decrypt_secrets", shows_secrets=True)

RULES: Mapping[tuple[str, str], Rule] = {
    ("GET", "/api/user"): Rule(Bearer.TOKEN),
    ("GET", "/api/user/organizations/default"): Rule(Bearer.TOKEN),
    ("GET", "/api/capabilities"): Rule(Bearer.TOKEN),
    ("GET", "/api/user/stacks"): Rule(Bearer.TOKEN),
    ("HEAD", _PROJECT): Rule(Bearer.TOKEN),
    ("POST", _PROJECT): Rule(Bearer.MAKER, Permission.OPERATE, "create_stack"),
    ("GET", _STACK): _LOOK,
    ("DELETE", _STACK): Rule(Bearer.READER, Permission.ADMINISTER, "delete_stack", ends_chain=True),
    ("GET", _STACK + "/export"): _LOOK,
    ("GET", _STACK + "/export/{version}"): _LOOK,
    ("PATCH", _STACK + "/tags"): _change("replace_tags"),
    ("POST", _STACK + "/import"): _change("import_state"),
    ("POST", _STACK + "/rename"): _change("rename_stack"),
    ("POST", _STACK + "/encrypt"): _ENCRYPT,
    ("POST", _STACK + "/batch-encrypt"): _ENCRYPT,
    ("POST", _STACK + "/decrypt"): _DECRYPT,
    ("POST", _STACK + "/batch-decrypt"): _DECRYPT,
    ("POST", _STACK + "/decrypt/log-decryption"): _DECRYPT,
    ("POST", _STACK + "/decrypt/log-batch-decryption"): _DECRYPT,
    ("GET", _STACK + "/updates"): _LOOK,
    ("GET", _STACK + "/updates/latest"): _LOOK,
    ("GET", _UPDATE): _LOOK,
    ("POST", _STACK + "/{kind:update|preview|refresh|destroy}"): _change("create_update"),
    ("POST", _UPDATE): _change("start_update"),
    ("PATCH", _UPDATE + "/journalentries"): _LEASE,
    ("PATCH", _UPDATE + "/checkpoint"): _LEASE,
    ("POST", _UPDATE + "/events/batch"): _LEASE,
    ("POST", _UPDATE + "/renew_lease"): _LEASE,
    ("POST", _UPDATE + "/complete"): Rule(Bearer.LEASE, act="complete_update"),
    ("POST", _UPDATE + "/cancel"): _change("cancel_update"),
}


def rule_of(route: Route) -> Rule | None:
    """The rule of a route; None for one that was added to the protocol and not here."""
    return RULES.get((route.method, route.pattern))
