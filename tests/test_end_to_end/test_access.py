"""Who may do what, by the commands, through the real front, with tokens of the deployed API."""

import http.client
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from front_signing import KEY, Signing
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.errors import NotAllowedError, RequestRefusedError
from hoist.clock import SystemClock
from hoist.secret import Secret
from hoist_command import HoistCommand
from local.front.layout import FrontLayout
from local.front.local_credentials import read_local_key
from orchestrator.commands.server.api import StackApi
from orchestrator.runs.states import RunKind
from running_hoist import RemoteStack, RunningHoist

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CANARY = "canary-7d2f"
SECOND = timedelta(seconds=1)


@pytest.fixture
def stack(remote: RemoteStack) -> RemoteStack:
    """One with a secret in its config."""
    remote.api.set_config("apiToken", Secret(CANARY))
    return remote


def signed_in(deployed: RunningHoist, home: Path, *options: str) -> HoistCommand:
    """A user with a home of their own, who has asked for no more than the options say."""
    command = HoistCommand(deployed.installation, home, user=home.name)
    ran = command.run("login", *options)
    assert ran.exit_code == ExitCode.OK, ran.err
    return command


def allowed(api: StackApi) -> set[str]:
    """What the server lets the bearer of a token do with the stack, tried out."""
    attempts: dict[str, Callable[[], object]] = {
        "read": api.facts,
        "read_secrets": lambda: api.config_value("apiToken", show_secret=True),
        "operate": lambda: api.set_config("size", "2"),
        "administer": api.delete,
    }
    return {name for name, attempt in attempts.items() if is_let(attempt)}


def is_let(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except NotAllowedError as refused:
        if refused.code != "permission_missing":
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("viewer", {"read"}),
        ("approver", {"read"}),
        ("operator", {"read", "read_secrets", "operate"}),
        ("admin", {"read", "read_secrets", "operate", "administer"}),
    ],
)
def test_who_may_what(
    stack: RemoteStack, deployed: RunningHoist, tmp_path: Path, role: str, expected: set[str]
) -> None:
    """Each role may what it is for, and nothing else; whoever may not hears what lacks."""
    user = signed_in(deployed, tmp_path, "--role", role)

    assert allowed(deployed.api_of(stack.stack.name, deployed.token_of(user))) == expected


def test_a_viewer_looks_and_does_not_touch(
    stack: RemoteStack, deployed: RunningHoist, tmp_path: Path
) -> None:
    """By the commands: reports and lists are shown, a run is not started, no secret is seen."""
    viewer = signed_in(deployed, tmp_path, "--role", "viewer", "--hours", "1")
    here = ("-C", str(stack.stack.directory), "--stack", stack.stack.name.stack)
    stack.stack.write_program("import probe\nprobe.Item('one')")

    seen = [
        viewer.run("whoami", "--json"),
        viewer.run("stacks", "--json"),
        viewer.run("config", "get", "apiToken", *here),
        viewer.run("runs", *here),
    ]
    health = viewer.run("health", "--json")
    refused = [
        viewer.run("up", str(stack.stack.directory), "--stack", stack.stack.name.stack),
        viewer.run("config", "get", "apiToken", "--show-secret", *here),
        viewer.run("config", "set", "size", "3", *here),
    ]

    assert [each.exit_code for each in seen] == [ExitCode.OK] * len(seen), seen
    assert json.loads(seen[0].out)["limit"] == {"role": "viewer", "stacks": "*/*"}
    assert stack.stack.name.stack in seen[1].out
    assert json.loads(health.out)["serviceId"].startswith("hoist-")
    assert [each.exit_code for each in refused] == [ExitCode.AUTHENTICATION] * len(refused), refused
    assert stack.api.runs(limit=1).runs == ()
    assert not [each for each in (*seen, *refused) if CANARY in each.out + each.err]


def test_what_one_may_not_see_is_not_there(
    stack: RemoteStack, deployed: RunningHoist, tmp_path: Path
) -> None:
    """A token for other stacks is answered as if this one did not exist, and it is in no list."""
    user = signed_in(deployed, tmp_path, "--stacks", "other/*")
    api = deployed.api_of(stack.stack.name, deployed.token_of(user))
    missing = deployed.api_of(replace(stack.stack.name, stack="missing"), deployed.token)

    answers = []
    for ask in (api.facts, missing.facts):
        with pytest.raises(RequestRefusedError) as refused:
            ask()
        answers.append((refused.value.code, refused.value.message.partition("'")[0]))
    listed = user.run("stacks", "--json")

    assert answers[0] == answers[1]
    assert answers[0][0] == "stack_not_found"
    assert json.loads(listed.out) == []


def test_a_revoked_token_is_out_at_once(
    stack: RemoteStack, deployed: RunningHoist, tmp_path: Path
) -> None:
    """With the next request, at the API and at health alike, whoever revoked it."""
    user = signed_in(deployed, tmp_path)
    token = deployed.token_of(user)
    api = deployed.api_of(stack.stack.name, token)
    before = api.facts()

    revoked = HoistCommand(deployed.installation, tmp_path).run("tokens", "revoke", token.id)

    assert (before.stack, revoked.exit_code) == (stack.stack.name.stack, ExitCode.OK)
    for ask in (api.facts, lambda: api.set_config("size", "2")):
        with pytest.raises(NotAllowedError) as refused:
            ask()
        assert refused.value.code == "token_unknown"
    assert user.run("health").exit_code == ExitCode.AUTHENTICATION
    assert user.run("stacks").exit_code == ExitCode.AUTHENTICATION
    # The owner's own stays.
    assert stack.api.facts() == before


def test_logging_out_ends_the_token(deployed: RunningHoist, tmp_path: Path) -> None:
    """At the server as well as on this machine."""
    user = signed_in(deployed, tmp_path)
    token = deployed.token_of(user)

    assert user.run("logout").exit_code == ExitCode.OK
    assert user.run("stacks").exit_code == ExitCode.AUTHENTICATION
    with pytest.raises(NotAllowedError):
        deployed.api(token).caller()


def answer_to(deployed: RunningHoist, signing: Signing, *, is_signed: bool = True) -> int:
    """The status of a request for a token."""
    request = signing.request
    headers = {**dict(request.head.headers), "content-type": "application/json"}
    if not is_signed:
        del headers["authorization"]
    connection = http.client.HTTPConnection(signing.host, timeout=60)
    connection.request(signing.method, signing.path, request.body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_token_is_for_the_owner_of_the_key_pair(deployed: RunningHoist) -> None:
    """Unsigned, signed with another key, overheard some minutes ago, or changed, it is refused."""
    now = SystemClock().now()
    key = read_local_key(FrontLayout(deployed.installation.settings.directory).key)
    signing = Signing(key=key, at=now, host=deployed.url.removeprefix("http://"))
    emulators = deployed.installation.settings.aws_credentials

    assert answer_to(deployed, signing) == 201
    assert answer_to(deployed, signing, is_signed=False) == 403
    assert answer_to(deployed, signing.but(key=KEY)) == 403
    assert answer_to(deployed, signing.but(key=emulators)) == 403
    assert answer_to(deployed, signing.but(key=replace(key, secret_access_key=Secret("x")))) == 403
    assert answer_to(deployed, signing.but(at=now - timedelta(minutes=5) - SECOND)) == 403
    assert answer_to(deployed, signing.but(path="/v1/tokens/")) == 401
    # Signed or not, it is no token.
    assert answer_to(deployed, signing.but(path="/v1/stacks", body=b"{}")) == 401


def test_a_run_tells_who_asked_for_it(stack: RemoteStack, deployed: RunningHoist) -> None:
    """The person whom IAM knows, and nothing that a client says."""
    run = stack.submit(RunKind.DESTROY)

    assert stack.finished(run).asked_by == deployed.api(deployed.token).caller().person
