"""A reply's body read as a document: the steps to run in order, and everything the debugger would say about it."""

from functools import lru_cache, partial
from typing import Any

from simulator.twiml.attributes import Finding
from simulator.twiml.content import expect_no_text
from simulator.twiml.parse import Element, NotWellFormedError, parse
from simulator.verbs.prompts import play
from simulator.verbs.script import HANG_UP, Document, Flow, Leg, Script, Step, Stop
from simulator.verbs.table import VERBS, VerbKind
from simulator.vocabulary import Prompt


class UnreadableError(Exception):
    """The body is not a document: Twilio's code, what was found, and the line."""

    def __init__(self, code: int, detail: str, line: int | None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.line = line


@lru_cache(maxsize=256)
def read_document(body: bytes) -> Document:
    """Read TwiML; raises UnreadableError (12100, 12102). Applications send the same bytes often, hence the cache."""
    try:
        root = parse(body)
    except NotWellFormedError as error:
        raise UnreadableError(12100, error.reason, error.line) from None
    if root.name != "Response":
        raise UnreadableError(12102, f"the root element is <{root.name}>", root.line)
    findings = [Finding(12200, f"<Response> has no attribute {name}", root.line) for name in root.attributes]
    expect_no_text(root, findings)
    steps = [step for child in root.children if (step := _step(child, findings))]
    return Document(tuple(steps), tuple(findings))


def prompt_document(prompt: Prompt) -> Document:
    """What Twilio does with a reply that is plain text or sound: play it, then hang up."""
    return Document((Step(partial(_play_and_hang_up, prompt), answers=True, name=prompt.verb),))


def _play_and_hang_up(prompt: Prompt, leg: Leg) -> Script:
    yield from play(prompt, leg, until=())
    return HANG_UP


def _step(element: Element, findings: list[Finding]) -> Step | None:
    kind = VERBS.get(element.name)
    if kind is not None:
        verb = kind.read(element, findings)
        return None if verb is None else Step(partial(_run, kind, verb), kind.answers, element.name, element.line)
    findings.append(Finding(12200, f"<{element.name}> is not a verb", element.line))
    return Step(partial(_meet_unknown, element.name, element.line), answers=False, name=element.name, line=element.line)


def _run(kind: VerbKind, verb: Any, leg: Leg) -> Script | Flow:  # each kind runs what it read itself
    return kind.script(verb, leg)


def _meet_unknown(name: str, line: int, leg: Leg) -> Flow:
    """How Twilio goes on at an unknown verb is not documented: strict ends the call, lenient skips the verb."""
    if leg.is_lenient:
        return None
    reason = f"the call ends at <{name}>, which is not a verb (choose lenient to skip it)"
    return Stop(reason, line, "application-error")
