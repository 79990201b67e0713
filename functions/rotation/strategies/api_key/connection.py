"""Requests to one issuer over verified TLS: each on a connection of its own, in bounded time."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import urllib3
from urllib3.util import Timeout

from hoist.clock import Clock
from hoist.secret import Secret
from rotation.errors import FailureKind, SecretSchemaError
from rotation.strategies.api_key.access import IssuerAccess
from rotation.strategies.api_key.failures import IssuerFailureError, issuer_failures, refusal
from rotation.strategies.api_key.retry_after import pause_seconds
from rotation.strategies.api_key.time_limit import TimeLimit, sockets_within

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 5
# A longer wait is left to Secrets Manager: the function's time is short and costs money.
WAITS_AT_MOST, LONGEST_WAIT_SECONDS = 3, 4
# For a question with all its waits and repetitions.
QUESTION_SECONDS = 15
_LONGEST_ANSWER_BYTES, _PIECE_BYTES = 1 << 20, 1 << 16
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Question:
    """One request; `doing` is what errors call it, `expected` are the statuses that answer it."""

    doing: str
    method: str
    path: str
    credential: Secret
    expected: frozenset[int]
    query: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The text may hold a key."""

    status: int
    text: Secret
    retry_after: str = ""


class IssuerConnection:
    """Never follows a redirection, and never asks twice unless the issuer has refused to hear.

    It is for one thread: a second one would share the time of the first one's question.
    """

    def __init__(self, access: IssuerAccess, clock: Clock) -> None:
        self._url = access.url
        self._trust = _trust_in(access)
        self._clock = clock

    def ask(self, question: Question) -> Answer:
        """An answer with an expected status; raises IssuerFailureError."""
        limit = TimeLimit.of(QUESTION_SECONDS, self._clock)
        self._trust.sslsocket_class = sockets_within(limit, wait_seconds=READ_TIMEOUT_SECONDS)
        answer = self._answer(question, limit)
        for _ in range(WAITS_AT_MOST):
            if answer.status != _TOO_MANY_REQUESTS:
                break
            pause = pause_seconds(answer.retry_after, self._clock.now())
            if pause > min(LONGEST_WAIT_SECONDS, limit.seconds_left):
                break
            self._clock.sleep(pause)
            answer = self._answer(question, limit)
        if answer.status not in question.expected:
            raise refusal(question.doing, answer.status)
        return answer

    def _answer(self, question: Question, limit: TimeLimit) -> Answer:
        query = f"?{urlencode(question.query)}" if question.query else ""
        # A connection that is kept may be dead when it is used again, and whether a key was issued
        # would then be anybody's guess.
        with (
            issuer_failures(question.doing),
            urllib3.PoolManager(
                ssl_context=self._trust,
                timeout=Timeout(
                    connect=limit.wait(seconds_at_most=CONNECT_TIMEOUT_SECONDS),
                    read=READ_TIMEOUT_SECONDS,
                ),
                retries=False,
            ) as pool,
        ):
            response = pool.request(
                question.method,
                f"{self._url}{question.path}{query}",
                headers=_headers(question),
                body=_body(question),
                preload_content=False,
            )
            try:
                return _read(response, question.doing)
            finally:
                response.close()


def _headers(question: Question) -> dict[str, str]:
    headers = {
        "accept": "application/json",
        "authorization": f"Bearer {question.credential.reveal()}",
        "connection": "close",
        "user-agent": "hoist-rotation",
    }
    if question.document is not None:
        headers["content-type"] = "application/json"
    return headers


def _body(question: Question) -> bytes | None:
    return None if question.document is None else json.dumps(question.document).encode()


def _read(response: urllib3.BaseHTTPResponse, doing: str) -> Answer:
    body = bytearray()
    # Piece by piece: read at once, an answer that was cut short would not be told from a whole one.
    for piece in response.stream(_PIECE_BYTES, decode_content=False):
        body += piece
        if len(body) > _LONGEST_ANSWER_BYTES:
            raise IssuerFailureError(f"{doing} got an endless answer", kind=FailureKind.STATE)
    return Answer(
        status=response.status,
        text=Secret(body.decode(errors="replace")),
        retry_after=response.headers.get("retry-after", ""),
    )


def _trust_in(access: IssuerAccess) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=access.ca_certificate or None)
    except (ssl.SSLError, ValueError):
        raise SecretSchemaError(
            "the administrator's secret has a 'ca_certificate' that is no certificate in PEM",
            way_out="store the certificate of the authority that signs the issuer's",
        ) from None
