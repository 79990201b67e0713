"""Clients that send anything at all: every answer has its reason, and none is ours to blame.

Ten thousand requests with bodies, paths, tokens and numbers that were made up, changed, repeated or
taken from elsewhere. A failure names its seed.
"""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest

from hoist.secret import Secret
from journals import begin, deployment, resource, urn
from orchestrator.state.names import StackName
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.http import Request
from orchestrator.state.serving.access import WholeStoreAccess
from protocol_client import TOKEN, ClientUpdate, ProtocolClient
from state_sites import DEV, HOLDER, Site, creation

REQUESTS = 10_000
NAMES = ("dev", "prod", "ghost", "..", "a%2Fb", "%00", "x" * 101, "ä", "")
WORDS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    2**70,
    1.5,
    "",
    "x",
    "eA==",
    "\ud800",
    urn("a"),
    [],
    {},
    [1],
    [None],
)
STRANGE_TOKENS = (
    "token wrong",
    "update-token ",
    "update-token wrong",
    "Basic eA==",
    "",
    "token \xff",
)
STRANGE_BODIES = (b"", b"{", b"[]", b"null", b"\xff", b"[" * 5000, b'{"a":NaN}', b'"x"')
QUERY_NAMES = (
    *("project", "organization", "tagName", "tagValue", "continuationToken"),
    *("pageSize", "page", "force"),
)
QUERY_VALUES = ("", "1", "-1", "x", "true", "shop", "shop/dev", "9" * 40, "organization")
FIELDS = (
    *("version", "kind", "sequenceID", "operationID", "removeOld", "removeNew", "state"),
    *("operation", "type", "resource", "urn", "deployment", "resources", "manifest", "magic"),
    *("secrets_providers", "secretsProvider", "newSnapshot", "features", "entries", "events"),
    *("tags", "options", "dryRun", "metadata", "environment", "message", "config", "status"),
    *("stackName", "newName", "newProject", "plaintext", "plaintexts", "ciphertext"),
    *("ciphertexts", "journalVersion", "token", "summaryEvent", "resourceChanges", "snippets"),
    *("provider", "parent", "dependencies", "propertyDependencies", "inputs", "aliases"),
)


class BadClient:
    """Sends nonsense, some of which is nearly right."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._site = Site()
        access = WholeStoreAccess(Secret(TOKEN))
        self._app = App(self._site.service(), access, holder=HOLDER)
        self._client = ProtocolClient(self._app.handle, DEV)
        self._update = ClientUpdate(self._client, "upd-none", "none")
        self._begin_anew()
        self._patterns = [route.pattern for route in self._app.routes]
        self.requests: list[Request] = []

    def send(self) -> int:
        """One request; the status of its answer."""
        if self._chance.random() < 0.05:
            self._begin_anew()
        again = self.requests and self._chance.random() < 0.1
        request = self._chance.choice(self.requests) if again else self._request()
        self.requests = [*self.requests[-50:], request]
        answer = self._app.handle(request)
        if answer.status >= 400 and request.method != "HEAD":
            assert json.loads(answer.body)["code"] == answer.status
        return int(answer.status)

    def still_serves(self) -> bool:
        """Whether a decent client can work with a stack of its own."""
        good = self._site.client_of_all().at(StackName("decent", "stack"))
        made = good.create_stack().is_ok
        good.run_update(*creation("a"))
        return made and good.delete_stack(force=True).is_ok

    def _begin_anew(self) -> None:
        """A fresh stack, most often with an open update."""
        self._update.cancel()
        self._client.delete_stack(force=True)
        self._client.create_stack()
        reply = self._client.request_update(dry_run=self._chance.random() < 0.1)
        self._update = self._client.update_of(reply)
        if self._chance.random() < 0.7:
            self._update.start(journalVersion=self._pick([None, 1]))

    def _request(self) -> Request:
        route = self._chance.choice(self._app.routes)
        method = route.method
        if self._chance.random() < 0.05:
            method = self._chance.choice(["GET", "POST", "PATCH", "DELETE", "HEAD", "PUT"])
        path, body = self._path(route.pattern), self._body(route.pattern.rsplit("/")[-1])
        return Request(method, path, self._query(), self._headers(route.by_lease), body)

    def _path(self, pattern: str) -> str:
        usual = {
            "{organization}": "organization",
            "{project}": "shop",
            "{stack}": "dev",
            "{update_id}": self._update.id,
            "{version}": self._pick(["1", "2", "-1", "x", "9" * 30]),
            "{kind:update|preview|refresh|destroy}": self._pick(["update", "preview", "destroy"]),
            "{path_kind:update|preview|refresh|destroy|import}": "update",
        }
        path = pattern
        for part, value in usual.items():
            strange = self._chance.random() < 0.08
            path = path.replace(part, self._pick(NAMES) if strange else value)
        return path

    def _headers(self, by_lease: bool) -> Mapping[str, str]:
        tokens = [f"token {TOKEN}", f"update-token {self._update.lease}"]
        if self._chance.random() < 0.1:
            return {"authorization": self._pick([*tokens, *STRANGE_TOKENS])}
        return {"authorization": tokens[by_lease]}

    def _query(self) -> Mapping[str, str]:
        names = (
            "project",
            "pageSize",
            "page",
            "force",
            "tagName",
            "continuationToken",
            "organization",
        )
        values = ("", "1", "-1", "x", "true", "shop", "shop/dev", "9" * 40, "organization")
        return {self._pick(names): self._pick(values) for _ in range(self._chance.randrange(3))}

    def _body(self, call: str) -> bytes:
        if self._chance.random() < 0.05:
            return bytes(self._pick(STRANGE_BODIES))
        likely = {
            "journalentries": self._entries,
            "checkpoint": self._state,
            "import": self._state,
            "rename": lambda: {"newName": self._pick(NAMES)},
            "complete": lambda: {"status": self._pick(["succeeded", "failed", "x"])},
        }.get(call, self._known_fields)
        unlikely = self._pick([self._entries, self._state, self._known_fields])
        document = (unlikely if self._chance.random() < 0.1 else likely)()
        if self._chance.random() < 0.3:
            document = self._damaged(document)
        return json.dumps(document).encode()

    def _entries(self) -> dict[str, Any]:
        first = self._chance.randrange(1, 6)
        entries = [*creation(self._pick(["a", "b"]), first=first)]
        provider = {"type": self._pick(["cloud", "service"]), "state": {}}
        keys = {**begin(first + 2, 0), "kind": 6, "secretsProvider": provider}
        return {"entries": [*entries, *self._pick([[], [keys], [begin(first + 4, 1)]])]}

    def _state(self) -> dict[str, Any]:
        names = self._chance.sample(["a", "b", "c"], 2)
        needed = [urn(self._pick([names[0], "gone"]))] if self._chance.random() < 0.3 else []
        resources = [resource(names[0]), resource(names[1], dependencies=needed)]
        return {"version": self._pick([1, 2, 3, 3, 4, 5]), "deployment": deployment(*resources)}

    def _known_fields(self) -> dict[str, Any]:
        return {self._pick(FIELDS): self._value() for _ in range(self._chance.randrange(6))}

    def _value(self, depth: int = 0) -> Any:
        if depth < 3 and self._chance.random() < 0.4:
            return {self._pick(FIELDS): self._value(depth + 1) for _ in range(2)}
        return self._pick(WORDS)

    def _damaged(self, document: Any) -> Any:
        """The document with one thing in it replaced."""
        if isinstance(document, dict) and document:
            name = self._pick(sorted(document))
            deeper = self._chance.random() < 0.7
            changed = self._damaged(document[name]) if deeper else self._value()
            return {**document, name: changed}
        if isinstance(document, list) and document:
            index = self._chance.randrange(len(document))
            return [*document[:index], self._damaged(document[index]), *document[index + 1 :]]
        return self._value()

    def _pick(self, choices: Any) -> Any:
        return self._chance.choice(choices)


def _search(seed: int, count: int) -> set[int]:
    client = BadClient(seed)
    statuses = set()
    for number in range(count):
        try:
            status = client.send()
        except Exception as error:
            raise AssertionError(f"seed {seed}, request {number}: {client.requests[-1]}") from error
        assert status < 500, f"seed {seed}, request {number}: {client.requests[-1]}"
        statuses.add(status)
    assert client.still_serves()
    return statuses


@pytest.mark.thorough
def test_ten_thousand_requests() -> None:
    """No request brings the service down, and every kind of refusal comes about."""
    statuses: set[int] = set()
    for seed in range(10):
        statuses |= _search(seed, REQUESTS // 10)

    assert {200, 204, 400, 401, 403, 404, 409} <= statuses


@pytest.mark.fuzz
def test_many_more_requests() -> None:
    """The same with seeds that nobody has tried."""
    for _ in range(100):
        _search(Random().randrange(2**32), REQUESTS // 10)


def test_seeds_are_repeatable() -> None:
    """The same seed makes the same statuses, so that a failure can be looked at again."""
    assert _statuses(7) == _statuses(7)


def _statuses(seed: int) -> list[int]:
    client = BadClient(seed)
    send: Callable[[], int] = client.send
    return [send() for _ in range(50)]
