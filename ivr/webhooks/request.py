"""Reads a webhook: lets in what Twilio signed, if we hold the token, and what is well-formed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quart import Request
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.calls.stages import Call
from ivr.foreign import whole
from ivr.line import Line

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
_KEYS = re.compile(r"[0-9*#]{0,64}", re.ASCII)
# Twilio docs: call resource, and DialCallStatus of <Dial>.
STATUSES = frozenset(
    {"queued", "initiated", "ringing", "in-progress", "answered"}
    | {"completed", "busy", "no-answer", "failed", "canceled"}
)
NO_CALL_SID = "A voice webhook needs a CallSid: CA and 32 hexadecimal digits."


class RefusedError(Exception):
    """A request that is not Twilio's, or no webhook of a call; answered in plain text, never in TwiML."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What one webhook told us, checked for form. `digits` is None when no key was gathered.

    `registered_in` are city, state and country of the calling number, as Twilio writes them.

    `dial_status` is how a dialled call ended, in the webhook that follows it. `delivery` is Twilio's name for this
    request, which a repetition of it bears too; '' when there is none. `verdict` is what the network thinks of the
    caller ID, `account` the Twilio account whose call it is.
    """

    call_sid: str
    phone: str
    registered_in: tuple[str, str, str]
    digits: str | None
    called: str = ""
    call_status: str = ""
    dial_status: str = ""
    delivery: str = ""
    verdict: str = ""
    account: str = ""


def belongs(request: WebhookRequest, call: Call) -> bool:
    """Tell whether this webhook can be of that call: Twilio changes neither From nor the account within a call."""
    return request.phone == call.phone and call.account in ("", request.account)


async def parse_webhook(line: Line, request: Request) -> WebhookRequest:
    """Read the webhook. Raises RefusedError.

    A POST is judged by its form alone: a query string could smuggle in a second set of parameters.
    """
    form = await request.form if request.method == "POST" else MultiDict()
    token = line.settings.twilio_auth_token
    if token is None and line.settings.backend == "live":  # settings forbid it; should they ever not, nobody comes in
        raise RefusedError(403, "This line has no auth token to check signatures with.")
    if token is not None and not is_signed(line, request, form, token.get_secret_value()):
        raise RefusedError(403, "This request does not carry a valid Twilio signature.")
    values: Mapping[str, str] = form if request.method == "POST" else request.args
    sid = values.get("CallSid", "")
    if not _CALL_SID.fullmatch(sid):
        raise RefusedError(400, NO_CALL_SID)
    digits = values.get("Digits")
    if digits is not None and not _KEYS.fullmatch(digits):
        raise RefusedError(400, "Digits must be keys of a telephone, at most 64.")
    return WebhookRequest(
        call_sid=sid,
        phone=_text(values, "From", 64),
        registered_in=(_text(values, "FromCity", 60), _text(values, "FromState", 60), _text(values, "FromCountry", 60)),
        digits=digits,
        called=_text(values, "To", 64),
        call_status=_status(values.get("CallStatus", "")),
        dial_status=_status(values.get("DialCallStatus", "")),
        delivery=_delivery(request),
        verdict=_text(values, "StirVerstat", 64),
        account=_text(values, "AccountSid", 40),
    )


def _status(given: str) -> str:
    """Of a call or a dialled one: it is written to the log, so a word of Twilio's or `other`."""
    return given if given in STATUSES else "other" if given else ""


def _text(values: Mapping[str, str], name: str, most: int) -> str:
    return whole(values.get(name, ""))[:most]


def _delivery(request: Request) -> str:
    """Twilio's idempotency token, the same on a repetition of one request (Twilio docs: Webhooks security, I-Twilio-…).

    It is not signed, so it only ever finds an answer that the same call got on the same page.
    """
    token = request.headers.get("I-Twilio-Idempotency-Token", "")
    return f"{request.path} {token}" if _TOKEN.fullmatch(token) else ""


def is_signed(line: Line, request: Request, form: MultiDict[str, str], token: str) -> bool:
    """Check Twilio's signature (Twilio docs: Security) over the address Twilio used and the form as it was sent."""
    signature = request.headers.get("X-Twilio-Signature", "")
    try:
        return bool(RequestValidator(token).validate(public_url(line, request), _Fields(form.lists()), signature))
    except ValueError:  # a Host header that makes no address
        return False


class _Fields(dict[str, list[str]]):
    """A form with the method that twilio tries first: an exception for each field would take twice as long."""

    getall = dict.__getitem__


def public_url(line: Line, request: Request) -> str:
    """Give the address as Twilio requested it, query string included; parsing and joining it again would change it."""
    scope: Mapping[str, Any] = request.scope
    path = (scope.get("raw_path") or request.path.encode()).partition(b"?")[0].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return public_base(line, request) + path + (f"?{query}" if query else "")


def public_base(line: Line, request: Request) -> str:
    """Tell scheme, host and prefix that Twilio uses: from the settings, else the request's own.

    What a proxy says in X-Forwarded-Proto and -Host counts only when a setting says to trust it.
    """
    if line.settings.public_base:
        return line.settings.public_base
    scheme, host = request.scheme, request.host
    if line.settings.trust_proxy:
        scheme = _first(request.headers.get("X-Forwarded-Proto")) or scheme
        host = _first(request.headers.get("X-Forwarded-Host")) or host
    return f"{scheme}://{host}"


def _first(header: str | None) -> str:
    """Each proxy on the way adds its own; the first is what the client saw."""
    return (header or "").partition(",")[0].strip()
