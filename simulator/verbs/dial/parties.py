"""The parties that `<Dial>` can ring: Number, Client and Sip. Source: Twilio docs, TwiML Dial nouns."""

import re
from typing import TypeAlias
from urllib.parse import parse_qsl

from simulator.numbers import e164
from simulator.twiml.attributes import (
    METHOD,
    Finding,
    InvalidValueError,
    anything,
    attribute,
    matching,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import expect_children, expect_no_text, read_pairs, read_text
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.dial.detection import Detecting
from simulator.vocabulary import Method

EVENTS = frozenset(("initiated", "ringing", "answered", "completed"))
DEFAULT_EVENTS = frozenset(("completed",))


def _events(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    if not words or not words <= EVENTS:
        raise InvalidValueError
    return words


@frozen(kw_only=True)
class Number(Detecting):
    """A phone number; `called` is in E.164 where it could be understood."""

    called: str
    line: int
    url: str = attribute("url", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13221)
    send_digits: str = attribute("sendDigits", matching(r"[0-9#*wW]+"), default="", invalid=13222)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)
    byoc: str = attribute("byoc", anything, default="")


@frozen
class Client:
    """A client of the Voice SDK; `called` is `client:name`, `parameters` reach the client itself."""

    called: str
    line: int
    parameters: tuple[tuple[str, str], ...] = ()
    url: str = attribute("url", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13221)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)


@frozen(kw_only=True)
class Sip(Detecting):
    """A SIP address; `called` begins with `sip:`.

    `headers` reach the far end. `others` are addresses that would be tried after the first.
    """

    called: str
    line: int
    headers: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    url: str = attribute("url", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13221)
    username: str = attribute("username", anything, default="")
    password: str = attribute("password", anything, default="")
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST", invalid=13221)
    status_callback_event: frozenset[str] = attribute("statusCallbackEvent", _events, default=DEFAULT_EVENTS)


@frozen
class SipUri:
    """One of several addresses of a Sip; the least priority is tried first (Twilio's SDKs; its page has none of it)."""

    address: str
    line: int
    priority: int = attribute("priority", whole_number(0, 65535), default=10)
    weight: int = attribute("weight", whole_number(1, 65535), default=10)
    username: str = attribute("username", anything, default="")
    password: str = attribute("password", anything, default="")


Party: TypeAlias = Number | Client | Sip


def read_number(element: Element, findings: list[Finding]) -> Number:
    """A number that cannot be understood is kept as written; dialling it fails (13224)."""
    text = read_text(element, findings)
    return Number(called=number_of(text), line=element.line, **read_attributes(Number, element, findings))


def read_client(element: Element, findings: list[Finding]) -> Client:
    """The name stands in the text or in an Identity child."""
    text = read_text(element, findings, known=("Identity", "Parameter"))
    names = [read_text(child, findings) for child in element.children if child.name == "Identity"]
    called = f"client:{next(iter(names), text)}"
    parameters = tuple(read_pairs(element, "Parameter", findings).items())
    return Client(called=called, line=element.line, parameters=parameters, **read_attributes(Client, element, findings))


def read_sip(element: Element, findings: list[Finding]) -> Sip:
    """The address stands in the text or in Uri children, headers in the address or in a Headers child."""
    text = read_text(element, findings, known=("Uri", "Headers"))
    uris = [_read_uri(child, findings) for child in element.children if child.name == "Uri"]
    uris.sort(key=lambda uri: (uri.priority, -uri.weight))
    called, *others = [uri.address for uri in uris] or [text]
    headers = [_read_headers(child, findings) for child in element.children if child.name == "Headers"]
    attributes = read_attributes(Sip, element, findings)
    return Sip(
        called=_sip(called),
        line=element.line,
        headers=tuple(pair for each in headers for pair in each.items()),
        others=tuple(map(_sip, others)),
        **attributes,
    )


def _read_uri(element: Element, findings: list[Finding]) -> SipUri:
    address = read_text(element, findings)
    return SipUri(address=address, line=element.line, **read_attributes(SipUri, element, findings))


def _read_headers(element: Element, findings: list[Finding]) -> dict[str, str]:
    expect_no_text(element, findings)
    expect_children(element, findings, known=("Header",))
    return read_pairs(element, "Header", findings)


def _sip(address: str) -> str:
    return address if address.startswith(("sip:", "sips:")) else f"sip:{address}"


def given_to(party: Party) -> dict[str, str]:
    """What reaches the far end beside the call: a client's parameters, a SIP address' headers (also of its query)."""
    match party:
        case Client():
            return dict(party.parameters)
        case Sip():
            return dict(parse_qsl(party.called.partition("?")[2], keep_blank_values=True)) | dict(party.headers)
        case Number():
            return {}


def number_of(text: str) -> str:
    """A number as people write it, in E.164; ten digits are taken for a US number, as Twilio does for US accounts.

    What is not a number stays as it is written.
    """
    return e164(text) or text


def is_dialable(party: Party) -> bool:
    """Whether the exchange can ring it at all."""
    if isinstance(party, Number):
        return bool(re.fullmatch(r"\+[1-9]\d{1,14}", party.called))
    return party.called not in ("client:", "sip:")
