"""How large an answer may be."""

from orchestrator.http_api.errors import AnswerTooLargeError
from orchestrator.state.exact_json import encode_json

# Lambda carries 6 MB of answer, and what is around the body takes its part.
MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 64 * 1024


def refuse_too_large(body: str) -> None:
    """Raises AnswerTooLargeError.

    A body is JSON that stands in JSON, where its quotes are escaped: it grows to twice at most.
    """
    if len(body) > MAX_ANSWER_BYTES // 2 and len(encode_json(body)) > MAX_ANSWER_BYTES:
        raise AnswerTooLargeError
