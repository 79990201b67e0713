"""A call as the audit sees it: which operation, on what, by whom."""

from collections.abc import Callable, Iterator

from hoist.access.grants import Authority
from orchestrator.audit.acts import Act, Source, Who
from orchestrator.http_api.acts import who_is
from orchestrator.http_api.proxy_event import Event, source_ip, user_agent
from orchestrator.http_api.recording import Deed
from orchestrator.state.names import StackName
from orchestrator.state.protocol.app import Call
from orchestrator.state.protocol.fields import text_field
from orchestrator.state_door.rules import Bearer, Rule


def stack_named_in(call: Call, rule: Rule) -> StackName | None:
    """The stack of the path, or the one to be made. Raises BadRequestError."""
    if rule.bearer is Bearer.MAKER:
        wanted = text_field(call.request.json(), "stackName")
        return StackName(call.arguments["project"], wanted)
    name: StackName | None = call.arguments.get("name")
    return name


def deed_of(
    call: Call, rule: Rule, *, event: Event, caller: Authority | None, check: Callable[[], None]
) -> Deed:
    """What the audit is told of a call; `caller` is None for the bearer of a lease."""
    stack = stack_named_in(call, rule)
    # The lease tells its update, and the update's start, in the same chain, the person.
    who = who_is(caller) if caller else Who(session=call.arguments["update_id"])
    act = Act(
        operation=rule.act,
        subject="/".join(_subject(call, stack)),
        who=who,
        source=Source(ip=source_ip(event), user_agent=user_agent(event)),
    )
    return Deed(
        act=act,
        stack=stack,
        check=check,
        changes_something=not rule.shows_secrets,
        ends_chain=rule.ends_chain,
    )


def _subject(call: Call, stack: StackName | None) -> Iterator[str]:
    if stack is not None:
        yield str(stack)
    if "update_id" in call.arguments:
        yield f"updates/{call.arguments['update_id']}"
