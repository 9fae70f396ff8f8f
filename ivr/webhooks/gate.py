"""Which requests are let in: signed by Twilio if we hold the token, and well-formed; not what they ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from quart import Request
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.line import Line
from ivr.places import place
from ivr.webhooks.turn import Heard

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
_KEYS = re.compile(r"[0-9*#]{0,64}", re.ASCII)
NO_CALL_SID = "A voice webhook needs a CallSid: CA and 32 hexadecimal digits."


class RefusedError(Exception):
    """A request that is not Twilio's, or no webhook of a call; answered in plain text, never in TwiML."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def heard(line: Line, request: Request) -> Heard:
    """What the webhook says. Raises RefusedError.

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
    return Heard(
        call_sid=sid,
        phone=values.get("From", "")[:64],
        place=_place(values),
        digits=digits,
        called=values.get("To", "")[:64],
        call_status=values.get("CallStatus", "")[:20],
        dial_status=values.get("DialCallStatus", "")[:20],
        delivery=_delivery(request),
        verdict=values.get("StirVerstat", "")[:64],
        account=values.get("AccountSid", "")[:40],
    )


def _delivery(request: Request) -> str:
    """Twilio's idempotency token, the same on a repetition of one request (Twilio docs: Webhooks security, I-Twilio-…).

    It is not signed, so it only ever finds an answer that the same call got on the same page.
    """
    token = request.headers.get("I-Twilio-Idempotency-Token", "")
    return f"{request.path} {token}" if _TOKEN.fullmatch(token) else ""


def is_signed(line: Line, request: Request, form: MultiDict[str, str], token: str) -> bool:
    """Twilio's check (Twilio docs: Security), over the address Twilio used and the form as it was sent."""
    signature = request.headers.get("X-Twilio-Signature", "")
    try:
        return bool(RequestValidator(token).validate(public_url(line, request), _Fields(form.lists()), signature))
    except ValueError:  # a Host header that makes no address
        return False


class _Fields(dict[str, list[str]]):
    """A form with the method that twilio tries first: an exception for each field would take twice as long."""

    getall = dict.__getitem__


def public_url(line: Line, request: Request) -> str:
    """The address as Twilio requested it, query string byte for byte; parsing and joining it again would change it."""
    scope: Mapping[str, Any] = request.scope
    path = (scope.get("raw_path") or request.path.encode()).partition(b"?")[0].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return public_base(line, request) + path + (f"?{query}" if query else "")


def public_base(line: Line, request: Request) -> str:
    """Scheme, host and prefix that Twilio uses: from the settings, else the request's own.

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


def _place(values: Mapping[str, str]) -> str:
    city, state, country = (values.get(name, "")[:60] for name in ("FromCity", "FromState", "FromCountry"))
    return place(city, state, country)
