"""What a request was, for the audit: of what was sent, names that are well formed, and a digest."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from hoist.access.grants import Authority
from hoist.access.tokens import is_token_id
from orchestrator.audit.acts import Act, Digests, Source, Who
from orchestrator.http_api.callers import Caller, caller
from orchestrator.http_api.needs import Arguments
from orchestrator.http_api.proxy_event import Event, source_ip, user_agent
from orchestrator.http_api.routes import Route
from orchestrator.http_api.segments import unquoted
from orchestrator.stack_config.keys import ConfigKeyError, full_key
from orchestrator.state.names import StackName

_RUN = re.compile(r"run-[0-9a-f]{12}-[0-9a-f]{10}|latest")
_SESSION_OF_ROLE = ":assumed-role/"


def act_of(route: Route, stack: StackName | None, arguments: Arguments, event: Event) -> Act:
    """The act that a request is, as the present caller asks for it; `stack` as it names one."""
    body = arguments.get("body")
    return Act(
        operation=route.name,
        subject="/".join(_subject(stack, arguments)),
        who=who_is(caller()),
        why=getattr(body, "message", ""),
        source=Source(ip=source_ip(event), user_agent=user_agent(event)),
        digests=Digests(request=_digest(event, body)),
    )


def _subject(stack: StackName | None, arguments: Arguments) -> Iterator[str]:
    """Names as in a path. What has not their form may be anything, also a secret in its place."""
    if stack is not None:
        yield str(stack)
    if _RUN.fullmatch(arguments.get("run_id", "")):
        yield f"runs/{arguments['run_id']}"
    if "key" in arguments:
        yield from _config_key(arguments)
    if is_token_id(arguments.get("token_id", "")):
        yield f"tokens/{arguments['token_id']}"


def _config_key(arguments: Arguments) -> Iterator[str]:
    try:
        yield f"config/{full_key(unquoted(arguments['key']), project=arguments['project'])}"
    except ConfigKeyError:
        return


def who_is(asking: Caller) -> Who:
    """The caller, as the audit knows people."""
    if not isinstance(asking, Authority):
        return Who(principal=asking.arn, session=_session(asking.arn))
    return Who(
        person=asking.person,
        principal=asking.principal,
        token_id=asking.token_id,
        session=_session(asking.principal),
    )


def _session(arn: str) -> str:
    return arn.rpartition("/")[2] if _SESSION_OF_ROLE in arn else ""


def _digest(event: Event, body: Any) -> str:
    """Of the body as it was sent; of none that holds a secret, which may be short enough to be
    guessed by its digest.
    """
    if body is None or _holds_secret(body):
        return ""
    return hashlib.sha256(str(event["body"]).encode("utf-8", "surrogatepass")).hexdigest()


def _holds_secret(body: Any) -> bool:
    # It is loaded if there is a body: its models are pydantic's.
    from pydantic import SecretStr

    return any(isinstance(value, SecretStr) for value in vars(body).values())
