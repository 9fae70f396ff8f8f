"""What Twilio makes of an HTTP reply: a document to run, or a failure with its code. Source: Twilio docs, TwiML."""

import html
import re

from simulator.durations import seconds_to_say
from simulator.exchange.numbers import Policy
from simulator.exchange.statuses import REMEDIES
from simulator.foreign import decoded
from simulator.verbs.document import UnreadableError, prompt_document, read_document
from simulator.verbs.play import AUDIO_TYPES, UNKNOWN_SECONDS
from simulator.verbs.script import Document, Fail
from simulator.vocabulary import Prompt, Replied, Unreachable

_SHOWN = 200
_LOOKED_AT = 20_000
"""Bytes; an error page may have many styles before its first word."""
_UNSEEN = re.compile(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>")
_TAG = re.compile(r"</?[a-zA-Z!][^>]*>")


def excerpt(body: bytes, content_type: str | None) -> str:
    """Its first words without mark-up; empty for what is not text."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and not kind.startswith("text/") and not kind.endswith(("json", "xml")):
        return ""
    text = body[:_LOOKED_AT].decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        text = html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text)))
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


MAX_BODY = 65_536
"""Bytes of a document; Twilio says 64 kB (error 11750) without saying which (our choice, confidence M)."""
_RAISED = re.compile(r"(?:\s*\| )?(\w.*)")
"""A line of a traceback that is not a frame; within a group of exceptions there is a rule before it."""
_TWIML_TYPES = frozenset(("text/xml", "application/xml", "text/html"))


def judge(answer: Replied | Unreachable, policy: Policy) -> Document | Fail:
    """The document to run next, or why there is none."""
    if isinstance(answer, Unreachable):
        return Fail(answer.code, f"{answer.reason}{_raised(answer)}")
    if answer.latency > policy.longest_wait:
        return Fail(11205, f"the answer took {answer.latency:.1f} s; Twilio waits {policy.longest_wait:g} s")
    if not 200 <= answer.status < 300:
        raised = _raised(answer)
        said = _answered(answer.url, answer.status, answer.content_type, answer.body)
        said = f"{answer.url} answered {answer.status}{raised}" if raised else said
        return Fail(11200, said, remedy=REMEDIES.get(answer.status))
    if answer.too_large or len(answer.body) > MAX_BODY:
        return Fail(11750, f"{answer.url} answered more than {MAX_BODY} bytes")
    if not answer.body:
        return Fail(11770, f"{answer.url} answered {answer.status} without a body")
    return _read(answer)


def exception_in(traceback: str) -> str:
    """The line of a traceback that says what was raised last; frames are indented by more, a message may go on."""
    last = traceback.rpartition("Traceback (most recent call last):\n")[2].splitlines()
    return next((found[1] for line in last if (found := _RAISED.match(line))), last[-1])


def _raised(answer: Replied | Unreachable) -> str:
    raised = answer.trips[-1].raised if answer.trips else ""
    return f": it raised {exception_in(raised)}" if raised else ""


def judge_callback(status: int, content_type: str | None, body: bytes, url: str) -> tuple[int, str] | None:
    """What the debugger would say about the answer to a status callback; None when it is as it should be.

    Which code Twilio gives to an error status here is our reading of its dictionary (confidence M). A redirect is not
    followed (simulator policy, confidence L).
    """
    if status >= 400:
        return 11200, _answered(url, status, content_type, body)
    if status >= 300:
        return 15003, f"{url} answered {status}, a redirect"
    kind = (content_type or "").partition(";")[0].strip().lower()
    if body and kind not in _TWIML_TYPES and kind != "text/plain":
        return 15003, f"{url} answered with content type {content_type or 'missing'}"
    return None


def _answered(url: str, status: int, content_type: str | None, body: bytes) -> str:
    words = excerpt(body, content_type)
    return f"{url} answered {status}" + (f": {words}" if words else "")


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
    text = " ".join(decoded(body).split())
    return prompt_document(Prompt("text/plain", seconds_to_say(text), text=text))
