"""Texts that a handset sends to one of the account's numbers: the webhook, its answer in TwiML, and the replies."""

import logging
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin
from xml.etree import ElementTree

from fakes.foreign import whole
from fakes.twilio import messages, numbers, phones, webhooks
from fakes.twilio.account import Account
from fakes.twilio.network import Method, Reply, Webhook
from fakes.twilio.records import Message, Number, segments
from fakes.twilio.request import is_absolute

LARGEST_DOCUMENT = 64 * 1024
MOST_DOCUMENTS = 50  # 14106
XML_TYPES = frozenset(("text/xml", "application/xml", "text/html"))
log = logging.getLogger("fakes.twilio")


class HandsetError(Exception):
    """The person with the handset asks for something that cannot be done."""


class DocumentError(Exception):
    """A reply that cannot be run; `code` is Twilio's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


def receive(account: Account, sender: str, to: str, body: str) -> Message:
    """A handset texts a number; the application is asked what to answer. HandsetError when the number is nobody's."""
    number = numbers.owner_of(account, to)
    if number is None:
        raise HandsetError(f"{to} is none of the account's numbers")
    now = account.now()
    message = Message(account.source.sid("SM"), to, sender, body, "inbound", "received", now, now, sent=now)
    messages.keep_message(account, message)
    url, method, _, _ = _route(account, number)
    if url:
        webhooks.post(account, message.sid, method, url, _params(account, message), answer=True)
    return message


def take_reply(account: Account, webhook_id: int, reply: Reply) -> None:
    """What the application answered to a webhook. A failure turns to the fallback URL, once."""
    webhook = webhooks.find(account, webhook_id)
    message = account.tables.messages.get(webhook.sid) if webhook else None
    if webhook is None or not webhook.answer or message is None:
        return
    try:
        steps = _read(reply, webhook.url)
        if webhook.hop >= MOST_DOCUMENTS and any(isinstance(step, _Redirect) for step in steps):
            raise DocumentError(14106, f"{MOST_DOCUMENTS} documents were asked for one message")
    except DocumentError as error:
        log.warning("the reply of %s cannot be used: %s", webhook.url, error)
        _fall_back(account, webhook, message, error.code)
        return
    for step in steps:
        if isinstance(step, _Redirect):
            params = _params(account, message)
            webhooks.post(account, message.sid, step.method, step.url, params, answer=True, hop=webhook.hop + 1)
            return
        _reply(account, message, step)


def _reply(account: Account, message: Message, answer: "_Answer") -> None:
    """Send what the application answers; to the handset that texted unless it says otherwise."""
    to, sender = answer.to or message.sender, answer.sender or message.to
    if phones.normalized(to) is None or not answer.body:
        log.warning(
            "an answer to %s is not sent: %s", message.sid, "no words" if not answer.body else "14101, no number"
        )
        return
    messages.send(account, to, sender, answer.body, "outbound-reply", status_callback=answer.status_callback)


def _fall_back(account: Account, webhook: Webhook, message: Message, code: int) -> None:
    number = numbers.owner_of(account, message.to)
    _, _, url, method = _route(account, number) if number else ("", "POST", "", "POST")
    if url and "ErrorCode" not in webhook.params:
        params = {**webhook.params, "ErrorCode": str(code), "ErrorUrl": webhook.url}
        webhooks.post(account, message.sid, method, url, params, answer=True, hop=webhook.hop + 1)


def _route(account: Account, number: Number) -> tuple[str, Method, str, Method]:
    """URL and fallback of the number, or of its application, which wins."""
    application = account.tables.applications.get(number.sms_application_sid)
    source = application if application is not None else number
    return source.sms_url, source.sms_method, source.sms_fallback_url, source.sms_fallback_method


def _params(account: Account, message: Message) -> dict[str, str]:
    params = {
        "AccountSid": account.sid,
        "ApiVersion": messages.API_VERSION,
        "Body": message.body,
        "From": message.sender,
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(segments(message.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
    for prefix, number in (("From", message.sender), ("To", message.to)):
        place = account.network.whereabouts(number) if account.network is not None else {}
        params |= {f"{prefix}{part}": place.get(part, "") for part in ("City", "State", "Zip", "Country")}
    return dict(sorted(params.items()))


# ---------------------------------------------------------------- reading a reply


@dataclass(frozen=True, slots=True)
class _Answer:
    body: str
    to: str = ""
    sender: str = ""
    status_callback: str | None = None


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: str
    method: Method


def _read(reply: Reply, base: str) -> list[_Answer | _Redirect]:
    if not 200 <= reply.status < 300:
        raise DocumentError(11200, f"HTTP status {reply.status}" if reply.status else "no answer")
    if not reply.body.strip():
        return []
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return [_Answer(whole(reply.body.decode(errors="replace")))]
    if kind not in XML_TYPES:
        raise DocumentError(12300, f"content type {kind or 'missing'}")
    if len(reply.body) > LARGEST_DOCUMENT:
        raise DocumentError(11750, "the document is too large")
    try:
        text = reply.body.decode()
        if "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
            raise DocumentError(12100, "document type declarations are not read")
        root = ElementTree.fromstring(text)  # holds no entities of its own: see above
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise DocumentError(12100, str(error)) from None
    if root.tag != "Response":
        raise DocumentError(12102, f"the root element is {root.tag}")
    return [step for step in (_step(element, base) for element in root) if step is not None]


def _step(element: ElementTree.Element, base: str) -> _Answer | _Redirect | None:
    if element.tag == "Redirect":
        method: Literal["GET", "POST"] = "GET" if element.get("method", "POST").upper() == "GET" else "POST"
        return _Redirect(_resolve(base, (element.text or "").strip()), method)
    if element.tag not in ("Message", "Sms"):
        log.warning("12200: <%s> has no meaning in an answer to a message", element.tag)
        return None
    inner = element.find("Body")
    words = (inner.text if inner is not None else element.text) or ""
    callback = element.get("statusCallback") or element.get("action")
    to, sender = element.get("to", ""), element.get("from", "")
    return _Answer(words.strip(), to, sender, _resolve(base, callback) if callback else None)


def _resolve(base: str, reference: str) -> str:
    try:
        url = urljoin(base, reference)
    except ValueError:
        url = ""
    if not is_absolute(url):
        raise DocumentError(11100, f"{reference!r} is not a URL")
    return url
