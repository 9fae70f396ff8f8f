"""The arrows of one call's sequence diagram: who said what to whom. Draws nothing.

Built from the journal; screens and exports share it. Labels are as the journal has them: masking is for whoever shows
them, but for typed codes, which are dots from the start.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from simulator.exchange.urls import without_user
from simulator.operator.beside import (
    OutsideCall,
    PromptAnswered,
    PromptArrived,
    TextArrived,
    TroubleBegan,
    TroubleEnded,
)
from simulator.operator.journal import Entry
from simulator.operator.masking import LEAST, as_dots
from simulator.timeline.conversation import ENDINGS, shown
from simulator.twiml.parse import Element, NotWellFormedError, parse
from simulator.vocabulary import (
    Answered,
    Ask,
    Bridged,
    Connected,
    Declined,
    Ended,
    Fetched,
    Heard,
    HungUp,
    Listening,
    Pressed,
    Prompt,
    Rang,
    Recorded,
    Replied,
    Ring,
    Sent,
    Speaking,
    Spoke,
    StoppedListening,
    StreamStarted,
    Talked,
    Tell,
    Told,
    Unreachable,
    Warned,
)

_CODES = {"text": "text message with a code", "call": "call that speaks a code", "app": "code that the app shows"}

CALLER, TWILIO, APPLICATION, CALLEE = "caller", "Twilio", "application", "other phone"
OKTA = "Okta"
Kind = Literal["call", "request", "answer", "lost", "outside", "said", "typed", "mobile", "finding"]
MOST = 1000
"""Arrows kept of one call; the oldest go first."""
_LARGEST_DOCUMENT = 65_536
_FIRST = (CALLER, TWILIO, APPLICATION)


@dataclass(frozen=True, slots=True)
class Arrow:
    """One thing that one party told another; `since` counts from the start of the call.

    `answer` is what came back at once, for arrows that stand for both ways. `request` is the number of the Ask that it
    belongs to. From and to the same party: a note on it.
    """

    number: int
    at: float
    since: float
    source: str
    target: str
    kind: Kind
    label: str
    answer: str = ""
    request: int | None = None
    details: tuple[tuple[str, str], ...] = ()


class Sequence:
    """Follows one call and the phones it rings; arrows are replaced, never changed. `revision` counts the changes."""

    def __init__(self, most: int | None = MOST) -> None:
        self.arrows: list[Arrow] = []
        self._most = most
        self.parties: tuple[str, ...] = ()
        """Those that occur, from left to right."""
        self.revision = 0
        self._sid = ""
        self._began: float | None = None
        self._keys = ""
        self._is_long_entry = True
        self._speaking: dict[str, int] = {}
        self._count = 0

    def take(self, entry: Entry) -> None:
        """Something happened on the call, or on the phone of somebody whom it rings."""
        if self._began is None:
            self._began, self._sid = entry.at, entry.sid
        match entry.item:
            case Pressed(key=key):
                self._press(entry, key)
                return
            case Listening() as listening:
                self._is_long_entry = listening.num_digits is None or listening.num_digits >= LEAST
                self._keys = ""
            case StoppedListening():
                self._keys, self._is_long_entry = "", True  # what is typed while nobody listens may be a code, too
            case StreamStarted(url=url):
                self._is_long_entry = True
                self._add(entry, TWILIO, APPLICATION, "request", f"stream to {without_user(url)}")
            case Speaking(prompt=prompt):
                self._speaking[entry.sid] = self._add(entry, TWILIO, self._phone(entry), "said", _words(prompt))
            case Heard() as heard:
                self._finish(entry.sid, heard)
            case OutsideCall() as outside:
                self._ask_outside(entry, outside)
            case Warned() as warned:
                code = f"{warned.code} " if warned.code else ""
                details = (("line", str(warned.line or "")), ("remedy", warned.remedy))
                self._add(entry, APPLICATION, APPLICATION, "finding", code + warned.message, details=details)
            case _:
                self._take_request(entry)

    def _take_request(self, entry: Entry) -> None:
        match entry.item:
            case Ask() as ask:
                label = f"{ask.method} {path_of(ask.url)}{_own(ask.params, ask.own)}"
                self._add(entry, TWILIO, APPLICATION, "request", label, request=ask.request)
            case Replied() as replied:
                hops = f" after {len(replied.trips) - 1} redirects" if len(replied.trips) > 1 else ""
                label = f"{replied.status} {_verbs(replied)}".rstrip() + hops
                self._add(entry, APPLICATION, TWILIO, "answer", label, request=replied.request)
            case Fetched() as fetched:
                label = "not asked" if fetched.status is None else f"{fetched.status} {fetched.content_type or ''}"
                self._add(entry, APPLICATION, TWILIO, "answer", label.rstrip(), request=fetched.request)
            case Unreachable() as lost:
                self._add(entry, APPLICATION, TWILIO, "lost", f"{lost.code} {lost.reason}", request=lost.request)
            case Tell() as tell:
                details = tuple(tell.params.items())
                label = f"{tell.method} {path_of(tell.url)} (callback)"
                self._add(entry, TWILIO, APPLICATION, "request", label, details=details)
            case Told(trips=trips, code=code, reason=reason):
                label = f"{code} {reason}" if code is not None else f"{trips[-1].status if trips else ''} (callback)"
                self._add(entry, APPLICATION, TWILIO, "answer" if code is None else "lost", label.strip())
            case _:
                self._take_person(entry)

    def _take_person(self, entry: Entry) -> None:
        phone = self._phone(entry)
        match entry.item:
            case Rang(called=called):
                self._add(entry, CALLER, TWILIO, "call", f"calls {called}")
            case Connected():
                self._add(entry, TWILIO, phone, "call", "connected")
            case Ring(called=called):
                target = CALLER if entry.sid == self._sid else CALLEE
                self._add(entry, TWILIO, target, "call", f"rings {called}")
            case Answered():
                self._add(entry, phone, TWILIO, "call", "answers")
            case Declined(outcome=outcome):
                self._add(entry, phone, TWILIO, "call", outcome)
            case Bridged():
                self._add(entry, TWILIO, TWILIO, "call", "the two are joined")
            case Spoke(words=words):
                self._add(entry, phone, TWILIO, "typed", f"“{words}”")
            case Talked(seconds=seconds):
                self._add(entry, phone, TWILIO, "typed", f"talks for {seconds:g} s")
            case Recorded(seconds=seconds):
                self._add(entry, TWILIO, TWILIO, "call", f"recorded {seconds:g} s")
            case HungUp():
                self._add(entry, phone, TWILIO, "call", "hangs up")
            case Ended(ending=ending, status=status) if ending != "hangup":
                self._add(entry, TWILIO, phone, "call", ENDINGS[ending].format(status=status))
            case _:
                self._take_mobile(entry)

    def _take_mobile(self, entry: Entry) -> None:
        match entry.item:
            case Sent(to=to, body=body):
                self._add(entry, TWILIO, CALLER, "mobile", f"text to {to}", details=(("text", body),))
            case TextArrived(code=code, body=body, by=by):
                source = OKTA if code else TWILIO
                label = _CODES[by] if code else "text message"
                self._add(entry, source, CALLER, "mobile", label, details=(("text", body),))
            case PromptArrived() as prompt:
                numbers = f" for one of {', '.join(map(str, prompt.choices))}" if prompt.choices else ""
                self._add(entry, OKTA, CALLER, "mobile", f"push: asks{numbers}", details=(("asks", prompt.message),))
            case TroubleBegan(meaning=meaning, party=party):
                self._note_trouble(entry, party, f"trouble: {meaning}")
            case TroubleEnded(meaning=meaning, party=party):
                self._note_trouble(entry, party, f"no longer: {meaning}")
            case PromptAnswered(approve=approve, choice=choice):
                number = f" with {choice}" if choice is not None else ""
                self._add(entry, CALLER, OKTA, "mobile", ("approves" if approve else "denies") + number)
            case _:
                return

    def _ask_outside(self, entry: Entry, outside: OutsideCall) -> None:
        answer = f"{outside.status}: {outside.note}" if outside.note else f"{outside.status}"
        label = f"{outside.method} {outside.path}"
        details = (("answer", answer), ("seconds", f"{outside.latency:g}"))
        self._add(
            entry, APPLICATION, outside.party, "outside", label, answer=answer, request=outside.request, details=details
        )

    def _note_trouble(self, entry: Entry, party: str, words: str) -> None:
        """A note on whose trouble it is; that of the mobile is with the person who holds it."""
        where = CALLER if party == "mobile" else party or APPLICATION
        self._add(entry, where, where, "finding", words)

    def _phone(self, entry: Entry) -> str:
        return CALLER if entry.sid == self._sid else CALLEE

    def _press(self, entry: Entry, key: str) -> None:
        self._keys += key
        label = shown(self._keys, is_long=self._is_long_entry)
        last = self.arrows[-1] if self.arrows else None
        if len(self._keys) > 1 and last is not None and last.kind == "typed":
            self._replace(len(self.arrows) - 1, replace(last, label=label))
            return
        self._add(entry, self._phone(entry), TWILIO, "typed", label)

    def _finish(self, sid: str, heard: Heard) -> None:
        number = self._speaking.pop(sid, None)
        if number is None or not heard.is_cut:
            return
        position = number - self.arrows[0].number
        if position >= 0:
            said = f"“{heard.text}” (cut off)" if heard.text else "(cut off)"
            label = said if heard.prompt.text is not None else f"{_words(heard.prompt)} (cut off)"
            self._replace(position, replace(self.arrows[position], label=label))

    def _add(
        self,
        entry: Entry,
        source: str,
        target: str,
        kind: Kind,
        label: str,
        *,
        answer: str = "",
        request: int | None = None,
        details: tuple[tuple[str, str], ...] = (),
    ) -> int:
        if kind != "typed":
            self._keys = ""
        self._count += 1
        self.revision += 1
        since = entry.at - (self._began or entry.at)
        details = tuple((name, value) for name, value in details if value)
        self.arrows.append(
            Arrow(self._count, entry.at, since, source, target, kind, " ".join(label.split()), answer, request, details)
        )
        for party in (source, target):
            if party not in self.parties:
                self.parties = _in_order((*self.parties, party))
        if self._most is not None and len(self.arrows) > self._most:
            del self.arrows[0]
        return self._count

    def _replace(self, position: int, arrow: Arrow) -> None:
        self.revision += 1
        self.arrows[position] = arrow


def short_label(arrow: Arrow) -> str:
    """The label; `GET /api/v1/users/00u1abcdefghijklmnop?limit=2` is `GET /users/…?…`, for diagrams without room."""
    if arrow.kind != "outside":
        return arrow.label
    path, question, _ = arrow.label.replace("/api/v1/", "/", 1).partition("?")
    return re.sub(r"(?<=/)[\w.-]{16,}", "…", path) + ("?…" if question else "")


def path_of(url: str) -> str:
    """Path and query; what stands before is the same in most requests of a call."""
    parts = urlsplit(without_user(url))
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _in_order(parties: tuple[str, ...]) -> tuple[str, ...]:
    """Caller, Twilio, application, whatever the application asks, and last the phone that it has rung."""
    between = [party for party in parties if party not in (*_FIRST, CALLEE)]
    return tuple(party for party in (*_FIRST, *between, CALLEE) if party in parties)


def _own(params: Mapping[str, str], own: tuple[str, ...]) -> str:
    pairs = [(name, params[name]) for name in own if params.get(name) and name in ("Digits", "SpeechResult")]
    return "".join(f" {name}={_value(name, value)}" for name, value in pairs)


def _value(name: str, value: str) -> str:
    return as_dots(value) if name == "Digits" and len(value) >= LEAST else value


def _words(prompt: Prompt) -> str:
    if prompt.text is not None:
        return f"“{prompt.text}”"
    return f"tones {prompt.digits}" if prompt.digits is not None else f"♪ {prompt.url or prompt.verb}"


def _verbs(replied: Replied) -> str:
    """The verbs of the document, `Gather(Say)`; what is not TwiML by its content type."""
    try:
        root = parse(replied.body[:_LARGEST_DOCUMENT])
    except NotWellFormedError:
        return (replied.content_type or "").partition(";")[0]
    counts = Counter(map(_verb, root.children))
    verbs = ", ".join(f"{count} {verb}" if count > 1 else verb for verb, count in counts.items())
    return verbs or f"{root.name} without verbs"


def _verb(element: Element) -> str:
    inner = ", ".join(dict.fromkeys(child.name for child in element.children))
    return f"{element.name}({inner})" if inner else element.name
