"""`<Sms>`: a text message sent during the call. Source: Twilio docs, TwiML Sms (deprecated there, but it works).

The message leaves as the effect `Sent`; whether it arrives is for others to decide.
"""

import re

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs.dial.parties import number_of
from simulator.verbs.script import Flow, Goto, Leg
from simulator.vocabulary import Method, Sent

MOST_CHARACTERS = 1600
"""Longer bodies are not sent (limit of Twilio's messages; that Sms shares it is our choice, confidence M)."""


@frozen
class Sms:
    """What is sent to whom; the attributes of Twilio's page."""

    body: str
    line: int
    to: str = attribute("to", anything, default="", invalid=14101)
    sender: str = attribute("from", anything, default="", invalid=14102)
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=14104)
    status_callback: str = attribute("statusCallback", anything, default="", invalid=14105)


def read(element: Element, findings: list[Finding]) -> Sms:
    """The verb; what cannot be sent is noticed when it is reached."""
    body = read_text(element, findings)
    return Sms(body=body, line=element.line, **read_attributes(Sms, element, findings))


def script(sms: Sms, leg: Leg) -> Flow:
    """Send it in the background and go on; with an action, its document is next."""
    sid = leg.draw_sid("SM")
    other, line = (leg.called, leg.caller) if leg.is_outbound else (leg.caller, leg.called)
    sent = Sent(leg.sid, sid, sender=number_of(sms.sender) or line, to=number_of(sms.to) or other, body=sms.body)
    code = _refused_with(sent)
    if code is None:
        leg.emit(sent)
    else:
        leg.warn(code, f"{sent.sender!r} to {sent.to!r}, {len(sent.body)} characters", sms.line)
    _tell(sms, sent, leg, status="sent" if code is None else "failed")
    if not sms.action:
        return None
    params = {"SmsSid": sid, "SmsStatus": "sending" if code is None else "invalid"}
    return Goto(sms.action, sms.method, params, sms.line)


def _refused_with(sent: Sent) -> int | None:
    """Twilio's code for what is wrong with a message; None when it can be sent."""
    if not _is_number(sent.to):
        return 14101
    if not _is_number(sent.sender):  # that it belongs to the account is not checked
        return 14102
    return 14103 if not sent.body or len(sent.body) > MOST_CHARACTERS else None


def _tell(sms: Sms, sent: Sent, leg: Leg, *, status: str) -> None:
    """The status callback is always a POST; which parameters it carries is taken from Messages (confidence M)."""
    if not sms.status_callback:
        return
    params = {
        "AccountSid": leg.account,
        "ApiVersion": "2010-04-01",
        "From": sent.sender,
        "MessageSid": sent.message,
        "MessageStatus": status,
        "SmsSid": sent.message,
        "SmsStatus": status,
        "To": sent.to,
    }
    if not leg.tell(Goto(sms.status_callback, "POST", params), own_set=True):
        leg.warn(14105, malformed(sms.status_callback), sms.line)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\+[1-9]\d{1,14}", text) is not None
