"""An application that says hostile text wherever it may; every kind of document has a caller of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from simulator.network import OpenNetwork
from tests.callers.line import Answer, Line, Page, Params, open_line
from tests.printing.harmless import HOSTILE, IN_XML, MARK

IN_HEADERS = "".join(each for each in HOSTILE if each not in "\r\n\x00" and ord(each) < 0x100)


def _raises(_: Params) -> NoReturn:
    raise RuntimeError(HOSTILE)


@dataclass(frozen=True)
class Case:
    """What the application answers, and a step that fails on it."""

    page: Page
    step: str = "hear: never"


CASES: Mapping[str, Case] = {
    "say": Case(f'<Say voice="{IN_XML}" language="{IN_XML}">{IN_XML}</Say>'),
    "an attribute": Case(f'<Say {MARK}="{IN_XML}" loop="{IN_XML}">{MARK}</Say>', "expect_warning: 1"),
    "play": Case(f"<Play>http://elsewhere.example/{IN_XML}</Play>", "hear_play: never"),
    "tones": Case(f'<Play digits="{IN_XML}"/><Say>{MARK}</Say>', "hear_digits: '1'"),
    "gather": Case(
        f'<Gather input="dtmf speech" hints="{IN_XML}" action="/{IN_XML}"><Say>{IN_XML}</Say></Gather>',
        "press: 1\n- hear: never",
    ),
    "redirect": Case(f"<Redirect>/{IN_XML}</Redirect>"),
    "dial": Case(f'<Dial action="/{IN_XML}"><Number>{IN_XML}</Number></Dial>', "expect_dial: {number: '+1555'}"),
    "client": Case(f"<Dial><Client>{IN_XML}</Client></Dial>", "dial_outcome: busy\n- hear: never"),
    "sip": Case(f"<Dial><Sip>sip:{IN_XML}@example.com</Sip></Dial>", "dial_outcome: busy\n- hear: never"),
    "conference": Case(f"<Dial><Conference>{IN_XML}</Conference></Dial>", "expect_conference: {name: other}"),
    "queue": Case(f'<Enqueue waitUrl="/{IN_XML}">{IN_XML}</Enqueue>', "expect_end: completed"),
    "sms": Case(f'<Sms to="{IN_XML}">{IN_XML}</Sms><Sms>{IN_XML}</Sms>'),
    "record": Case(
        f'<Record action="/{IN_XML}" transcribe="true" transcribeCallback="/{IN_XML}"/>', "record: 2\n- hear: never"
    ),
    "stream": Case(f'<Connect><Stream url="wss://{IN_XML}" name="{IN_XML}"/></Connect>'),
    "an unknown verb": Case(f"<{MARK}>{IN_XML}</{MARK}>"),
    "text": Case(Answer(HOSTILE, kind="text/plain")),
    "a request": Case(f"<Redirect>/{IN_XML}</Redirect>", "expect_request: {path: /other, params: {A: b}}"),
    "an error": Case(Answer(HOSTILE, 500, kind="text/plain")),
    "a content type": Case(Answer(MARK, kind=f"text/{IN_HEADERS}")),
    "a location": Case(Answer(MARK, 302, headers=(("location", f"/{IN_HEADERS}"),))),
    "a cookie": Case(Answer("<Response><Redirect>/x</Redirect></Response>", headers=(("set-cookie", IN_HEADERS),))),
    "no document": Case(Answer(f"<Response><Say>{HOSTILE}")),
    "an exception": Case(_raises),
    "a page": Case(Answer(HOSTILE, kind="text/plain"), "http_get: {path: /voice, contains: [never]}"),
}
NUMBERS = {name: f"+1773555{number:04}" for number, name in enumerate(CASES, 1000)}


class _Anything(dict[str, Page]):
    """The first document is the caller's own case; whatever else is asked for says hostile words."""

    def get(self, key: str, default: object = None) -> Page:
        return _first if key == "/voice" else f"<Say>{IN_XML}</Say>"


def _first(params: Params) -> str | Answer:
    page = next((CASES[name].page for name, number in NUMBERS.items() if number == params.get("From")), IN_XML)
    return page(params) if callable(page) else page


def hostile_application() -> Line:
    """Answers each caller by their own case."""
    return Line(_Anything())


def hostile_line() -> OpenNetwork:
    """Networks with that application."""
    return open_line(hostile_application(), status_callback=f"http://app.example/{MARK}")
