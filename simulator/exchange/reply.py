"""What Twilio makes of an HTTP reply: a document to run, or a failure with its code. Source: Twilio docs, TwiML."""

from simulator.exchange.numbers import Policy
from simulator.speech import seconds_to_say
from simulator.verbs.document import UnreadableError, prompt_document, read_document
from simulator.verbs.play import AUDIO_TYPES, UNKNOWN_SECONDS
from simulator.verbs.script import Document, Fail
from simulator.vocabulary import Prompt, Replied, Unreachable

MAX_BODY = 65_536
"""Bytes of a document; Twilio says 64 kB (error 11750) without saying which (our choice, confidence M)."""
_TWIML_TYPES = frozenset(("text/xml", "application/xml", "text/html"))


def judge(answer: Replied | Unreachable, policy: Policy) -> Document | Fail:
    """The document to run next, or why there is none."""
    if isinstance(answer, Unreachable):
        return Fail(answer.code, answer.reason)
    if answer.latency > policy.longest_wait:
        return Fail(11205, f"the answer took {answer.latency:.1f} s; Twilio waits {policy.longest_wait:g} s")
    if not 200 <= answer.status < 300:
        return Fail(11200, f"{answer.url} answered {answer.status}")
    if answer.too_large or len(answer.body) > MAX_BODY:
        return Fail(11750, f"{answer.url} answered more than {MAX_BODY} bytes")
    if not answer.body:
        return Fail(11770, f"{answer.url} answered {answer.status} without a body")
    return _read(answer)


def judge_callback(status: int, content_type: str | None, body: bytes, url: str) -> tuple[int, str] | None:
    """What the debugger would say about the answer to a status callback; None when it is as it should be.

    Which code Twilio gives to an error status here is our reading of its dictionary (confidence M). A redirect is not
    followed (simulator policy, confidence L).
    """
    if status >= 400:
        return 11200, f"{url} answered {status}"
    if status >= 300:
        return 15003, f"{url} answered {status}, a redirect"
    kind = (content_type or "").partition(";")[0].strip().lower()
    if body and kind not in _TWIML_TYPES and kind != "text/plain":
        return 15003, f"{url} answered with content type {content_type or 'missing'}"
    return None


def _read(answer: Replied) -> Document | Fail:
    kind = (answer.content_type or "").partition(";")[0].strip().lower()
    if kind in AUDIO_TYPES:
        return prompt_document(Prompt("audio", UNKNOWN_SECONDS, url=answer.url))
    if kind not in _TWIML_TYPES and kind != "text/plain":
        return Fail(12300, f"{answer.url} answered with content type {answer.content_type or 'missing'}")
    try:
        return read_document(answer.body)
    except UnreadableError as error:
        if kind == "text/plain":
            return _read_aloud(answer.body)
        return Fail(error.code, error.detail, error.line)


def _read_aloud(body: bytes) -> Document:
    text = " ".join(body.decode("utf-8", "replace").split())
    return prompt_document(Prompt("text/plain", seconds_to_say(text), text=text))
