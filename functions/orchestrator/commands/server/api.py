"""The API's requests as methods, for one stack and for all."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from urllib3.util import Timeout

from hoist.cli.server.connection import CONNECT_SECONDS, ONCE, ServerConnection
from hoist.secret import Secret
from orchestrator.commands.server.answers import (
    CallerFacts,
    ConfigEntry,
    ConfigValues,
    ConflictFacts,
    EventPage,
    History,
    IssuedToken,
    ProgramOffer,
    ResourceList,
    RunFacts,
    RunList,
    StackFacts,
    StackList,
    StackOutputs,
    TokenList,
)
from orchestrator.stack_config.keys import full_key
from orchestrator.state.names import StackName

if TYPE_CHECKING:
    # What a read does not need, it does not import.
    from orchestrator.runs.states import RunKind
    from orchestrator.runs.wishes import Resolution

# Long enough for a function that starts cold; a poll that waits longer is better asked anew.
_POLL_TIMEOUT = Timeout(connect=CONNECT_SECONDS, read=10.0)
LATEST = "latest"
"""In place of a run's id: the stack's newest run."""


class HoistApi:
    """What concerns no one stack."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    def stacks(self, *, project: str = "") -> StackList:
        return self._connection.ask(StackList, "GET", "/v1/stacks", query={"project": project})

    def offer_program(self, *, digest: str, size: int) -> ProgramOffer:
        return self._connection.ask(
            ProgramOffer,
            "POST",
            "/v1/programs",
            body={"digest": digest, "size": size},
            is_repeatable=True,
        )

    def issue_token(self, wish: Mapping[str, str | int]) -> IssuedToken:
        """A token, for who has signed the request; what the wish leaves out is not narrowed."""
        return self._connection.ask(IssuedToken, "POST", "/v1/tokens", body=wish)

    def caller(self) -> CallerFacts:
        return self._connection.ask(CallerFacts, "GET", "/v1/whoami")

    def tokens(self) -> TokenList:
        return self._connection.ask(TokenList, "GET", "/v1/tokens")

    def revoke_token(self, token_id: str) -> None:
        self._connection.tell("DELETE", f"/v1/tokens/{_segment(token_id)}")

    def of_stack(self, name: StackName) -> "StackApi":
        return StackApi(self._connection, name)


class StackApi:
    """What concerns one stack. Each method raises the errors of `server.errors`.

    Config keys may lack their namespace; one that is none raises ConfigKeyError.
    """

    def __init__(self, connection: ServerConnection, name: StackName) -> None:
        self.name = name
        self._connection = connection
        self._path = f"/v1/stacks/{_segment(name.project)}/{_segment(name.stack)}"

    @property
    def server_url(self) -> str:
        return self._connection.address.url

    def facts(self) -> StackFacts:
        return self._connection.ask(StackFacts, "GET", self._path)

    def delete(self, *, force: bool = False) -> None:
        query: Mapping[str, str] = {"force": "true"} if force else {}
        self._connection.tell("DELETE", self._path, query=query)

    def config(self) -> ConfigValues:
        return self._connection.ask(ConfigValues, "GET", f"{self._path}/config")

    def config_value(self, key: str, *, show_secret: bool) -> ConfigEntry:
        query = {"show_secret": "true" if show_secret else ""}
        return self._connection.ask(ConfigEntry, "GET", self._key_path(key), query=query)

    def set_config(self, key: str, value: str | Secret) -> ConfigEntry:
        is_secret = isinstance(value, Secret)
        text = value.reveal() if isinstance(value, Secret) else value
        body = {"value": text, "secret": is_secret}
        return self._connection.ask(ConfigEntry, "PUT", self._key_path(key), body=body)

    def remove_config(self, key: str) -> str:
        """The full key of what was removed."""
        self._connection.tell("DELETE", self._key_path(key))
        return full_key(key, project=self.name.project)

    def outputs(self, *, show_secrets: bool) -> StackOutputs:
        query = {"show_secrets": "true" if show_secrets else ""}
        return self._connection.ask(StackOutputs, "GET", f"{self._path}/outputs", query=query)

    def resources(self) -> ResourceList:
        return self._connection.ask(ResourceList, "GET", f"{self._path}/resources")

    def history(self, *, limit: int, before: str = "") -> History:
        query: dict[str, str | int] = {"limit": limit, "before": before}
        return self._connection.ask(History, "GET", f"{self._path}/history", query=query)

    def conflict(self) -> ConflictFacts:
        return self._connection.ask(ConflictFacts, "GET", f"{self._path}/conflict")

    def settle_conflict(self, keep: str, seen: ConflictFacts) -> StackFacts:
        """`keep` is ours or theirs, by somebody who has seen both."""
        body = {
            "keep": keep,
            "update_id": seen.update.id,
            "seen_version": seen.theirs.version_id,
        }
        return self._connection.ask(StackFacts, "POST", f"{self._path}/conflict", body=body)

    def create_run(
        self,
        kind: "RunKind",
        *,
        program: str | None,
        options: Mapping[str, Any],
        message: str,
        idempotency_key: str,
    ) -> RunFacts:
        """Ask for a run; asked again with the same key, it is the same run."""
        wish = {"kind": kind, "program": program, "options": options, "message": message}
        return self._connection.ask(
            RunFacts,
            "POST",
            f"{self._path}/runs",
            body=wish,
            headers={"idempotency-key": idempotency_key},
            is_repeatable=True,
        )

    def runs(self, *, limit: int, before: str = "") -> RunList:
        query: dict[str, str | int] = {"limit": limit, "before": before}
        return self._connection.ask(RunList, "GET", f"{self._path}/runs", query=query)

    def run(self, run_id: str) -> RunFacts:
        return self._connection.ask(RunFacts, "GET", self._run_path(run_id))

    def events(self, run_id: str, *, after: str) -> EventPage:
        """One try: whoever follows a run asks again anyway."""
        return self._connection.ask(
            EventPage,
            "GET",
            f"{self._run_path(run_id)}/events",
            query={"after": after},
            retries=ONCE,
            timeout=_POLL_TIMEOUT,
        )

    def cancel(self, run_id: str) -> RunFacts:
        path = f"{self._run_path(run_id)}/cancel"
        return self._connection.ask(RunFacts, "POST", path, is_repeatable=True)

    def resolve(self, run_id: str, resolution: "Resolution") -> RunFacts:
        path = f"{self._run_path(run_id)}/attention"
        return self._connection.ask(RunFacts, "POST", path, body={"resolution": resolution})

    def _run_path(self, run_id: str) -> str:
        return f"{self._path}/runs/{_segment(run_id)}"

    def _key_path(self, key: str) -> str:
        return f"{self._path}/config/{_segment(full_key(key, project=self.name.project))}"


def _segment(text: str) -> str:
    """One part of a path, whatever a person typed: two dots would lead to another route."""
    return quote(text, safe="").replace(".", "%2E")
