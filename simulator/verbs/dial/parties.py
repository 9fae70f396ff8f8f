"""Whom `<Dial>` can ring: Number, Client and Sip. Source: Twilio docs, TwiML Dial nouns."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from simulator.twiml.attributes import (
    METHOD,
    Finding,
    InvalidValueError,
    anything,
    attribute,
    matching,
    read_attributes,
)
from simulator.twiml.parse import Element
from simulator.verbs.dial.detection import Detecting

EVENTS = frozenset(("initiated", "ringing", "answered", "completed"))
DEFAULT_EVENTS = frozenset(("completed",))


def _events(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    if not words or not words <= EVENTS:
        raise InvalidValueError
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Detecting):
    """A phone number; `called` is in E.164 where it could be understood."""

    called: str
    line: int
    url: str = attribute("url", anything, default="", invalid=11100)
    method: str = attribute("method", METHOD, default="POST", invalid=13221)
    send_digits: str = attribute("sendDigits", matching(r"[0-9#*wW]+"), default="", invalid=13222)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: str = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)
    byoc: str = attribute("byoc", anything, default="")


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the Voice SDK; `called` is `client:name`."""

    called: str
    line: int
    url: str = attribute("url", anything, default="", invalid=11100)
    method: str = attribute("method", METHOD, default="POST", invalid=13221)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: str = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sip(Detecting):
    """A SIP address; `called` begins with `sip:`."""

    called: str
    line: int
    url: str = attribute("url", anything, default="", invalid=11100)
    method: str = attribute("method", METHOD, default="POST", invalid=13221)
    username: str = attribute("username", anything, default="")
    password: str = attribute("password", anything, default="")
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: str = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)


Party: TypeAlias = Number | Client | Sip


def read_number(element: Element, findings: list[Finding]) -> Number:
    """A number that cannot be understood is kept as written; dialling it fails (13224)."""
    return Number(called=e164(element.text), line=element.line, **read_attributes(Number, element, findings))


def read_client(element: Element, findings: list[Finding]) -> Client:
    """The name stands in the text or in an Identity child; Parameter children reach nobody here."""
    identity = next((child.text for child in element.children if child.name == "Identity"), element.text)
    return Client(called=f"client:{identity}", line=element.line, **read_attributes(Client, element, findings))


def read_sip(element: Element, findings: list[Finding]) -> Sip:
    """The address stands in the text."""
    text = element.text
    called = text if text.startswith(("sip:", "sips:")) else f"sip:{text}"
    return Sip(called=called, line=element.line, **read_attributes(Sip, element, findings))


def e164(text: str) -> str:
    """A number as people write it, in E.164; ten digits are taken for a US number, as Twilio does for US accounts."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[2-9]\d{9}", digits):
        return f"+{digits}"
    return digits if re.fullmatch(r"\+[1-9]\d{1,14}", digits) else text


def is_dialable(party: Party) -> bool:
    """Whether the exchange can ring it at all."""
    if isinstance(party, Number):
        return bool(re.fullmatch(r"\+[1-9]\d{1,14}", party.called))
    return len(party.called) > len("client:")
