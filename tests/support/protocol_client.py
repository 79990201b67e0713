"""A client that speaks the state protocol as the CLI does, call by call."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from journals import Entry, batch, deployment
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.protocol.http import Answer, Request

TOKEN = "access-token-of-this-run"

Send = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and the JSON that came with it; None if there was no body."""

    status: int
    document: Any

    @property
    def is_ok(self) -> bool:
        return self.status in (200, 204)

    @property
    def message(self) -> str:
        """The text of an error, which repeats its status as the CLI wants it."""
        assert self.document["code"] == self.status
        return str(self.document["message"])


@dataclass(frozen=True, slots=True)
class ProtocolClient:
    """Calls on one stack; `send` is an App's `handle`, or goes over a socket."""

    send: Send
    name: StackName
    token: str = TOKEN

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        authorization: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call; bytes are sent as they are, everything else as JSON."""
        sent = body if isinstance(body, bytes) else b"" if body is None else _encoded(body)
        headers = {"authorization": authorization or f"token {self.token}"}
        answer = self.send(Request(method, path, query or {}, headers, sent))
        return Reply(int(answer.status), json.loads(answer.body) if answer.body else None)

    @property
    def project_path(self) -> str:
        return f"/api/stacks/{ORGANIZATION}/{self.name.project}"

    @property
    def stack_path(self) -> str:
        return f"{self.project_path}/{self.name.stack}"

    def create_stack(self, **fields: Any) -> Reply:
        body = {"stackName": self.name.stack, "tags": {}, **fields}
        return self.call("POST", self.project_path, body)

    def show_stack(self) -> Reply:
        return self.call("GET", self.stack_path)

    def delete_stack(self, *, force: bool = False) -> Reply:
        return self.call("DELETE", self.stack_path, query={"force": str(force).lower()})

    def export(self, version: str = "") -> Reply:
        return self.call("GET", f"{self.stack_path}/export" + (f"/{version}" if version else ""))

    def import_state(self, *resources: Mapping[str, Any], **fields: Any) -> Reply:
        """Replace the state by one of these resources."""
        body = {"version": 3, "deployment": deployment(*resources), **fields}
        return self.call("POST", f"{self.stack_path}/import", body)

    def rename(self, new: StackName) -> Reply:
        """Give the stack another name; go on with `at`."""
        body = {"newName": new.stack, "newProject": new.project}
        return self.call("POST", f"{self.stack_path}/rename", body)

    def at(self, name: StackName) -> "ProtocolClient":
        """The same client, on another stack."""
        return replace(self, name=name)

    def history(self, **query: str) -> list[dict[str, Any]]:
        reply = self.call("GET", f"{self.stack_path}/updates", query=query)
        updates: list[dict[str, Any]] = reply.document["updates"]
        return updates

    def request_update(
        self, kind: str = "update", *, dry_run: bool = False, **metadata: Any
    ) -> Reply:
        """The first of the two calls that begin an update."""
        body = {
            "name": self.name.project,
            "runtime": "python",
            "options": {"dryRun": dry_run},
            "config": {},
            "metadata": {"message": "", "environment": {}, **metadata},
        }
        return self.call("POST", f"{self.stack_path}/{kind}", body)

    def create_update(
        self, kind: str = "update", *, dry_run: bool = False, **metadata: Any
    ) -> "ClientUpdate":
        """The same, and it must succeed."""
        reply = self.request_update(kind, dry_run=dry_run, **metadata)
        return self.update_of(reply)

    def update_of(self, reply: Reply) -> "ClientUpdate":
        """The update that was asked for, if it was made."""
        assert reply.status == 200, reply
        return ClientUpdate(self, reply.document["updateID"])

    def open_update(self, kind: str = "update", *, dry_run: bool = False) -> "ClientUpdate":
        """Both calls; the update must start."""
        update = self.create_update(kind, dry_run=dry_run)
        reply = update.start()
        assert reply.status == 200, reply
        return update

    def run_update(self, *entries: Entry, status: str = "succeeded") -> "ClientUpdate":
        """A whole update in one batch, which must go well."""
        update = self.open_update()
        if entries:
            assert update.append(*entries).is_ok
        assert update.complete(status).is_ok
        return update


@dataclass(slots=True)
class ClientUpdate:
    """One update, with its lease once it has started."""

    client: ProtocolClient
    id: str
    lease: str = ""

    @property
    def path(self) -> str:
        return f"{self.client.stack_path}/update/{self.id}"

    def through(self, client: ProtocolClient) -> "ClientUpdate":
        """The same update, by way of another process of the service."""
        return ClientUpdate(client, self.id, self.lease)

    def start(self, **fields: Any) -> Reply:
        reply = self.client.call("POST", self.path, {"journalVersion": 1, "tags": {}, **fields})
        if reply.status == 200:
            self.lease = reply.document["token"]
        return reply

    def append(self, *entries: Entry) -> Reply:
        return self.by_lease("PATCH", "journalentries", batch(*entries))

    def append_checkpoint(self, *resources: Mapping[str, Any], **fields: Any) -> Reply:
        """What a client without a journal sends after each step."""
        body = {"isInvalid": False, "version": 3, "deployment": deployment(*resources), **fields}
        return self.by_lease("PATCH", "checkpoint", body)

    def status(self) -> Reply:
        return self.client.call("GET", self.path)

    def send_summary(self, **changes: int) -> Reply:
        event = {"sequence": 1, "summaryEvent": {"resourceChanges": changes}}
        return self.by_lease("POST", "events/batch", {"events": [event]})

    def renew(self) -> Reply:
        return self.by_lease("POST", "renew_lease", {"token": "", "duration": 300})

    def complete(self, status: str = "succeeded") -> Reply:
        return self.by_lease("POST", "complete", {"status": status})

    def cancel(self) -> Reply:
        return self.client.call("POST", f"{self.path}/cancel")

    def by_lease(self, method: str, call: str, body: object) -> Reply:
        """A call under the update's own token."""
        authorization = f"update-token {self.lease}"
        return self.client.call(method, f"{self.path}/{call}", body, authorization=authorization)


def _encoded(body: object) -> bytes:
    return json.dumps(body).encode()
