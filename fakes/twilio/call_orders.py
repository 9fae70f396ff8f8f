"""What a form asks of a call: whom to ring and what to run then, or what to change. It checks; it does nothing."""

from dataclasses import replace

from fakes.twilio import applications, magic, numbers, phones
from fakes.twilio.account import Account
from fakes.twilio.errors import TwilioError, refusal
from fakes.twilio.form import Form
from fakes.twilio.network import CallChange, OutgoingCall, StatusCallback

LONGEST_TWIML = 4000
USUAL_TIMEOUT, LONGEST_TIMEOUT = 60, 600
DIGITS = frozenset("0123456789#*wW")
MOST_DIGITS = 32
EVENTS = frozenset(("initiated", "ringing", "answered", "completed"))
DETECTION = ("", "Enable", "DetectMessageEnd")


def read_order(account: Account, form: Form, *, is_test: bool) -> OutgoingCall:
    called = _called(form, is_test=is_test)
    caller = _caller(account, form, is_test=is_test)
    timeout = form.whole("Timeout", 21208, default=USUAL_TIMEOUT, most=LONGEST_TIMEOUT)
    digits = form.text("SendDigits")
    if len(digits) > MOST_DIGITS or not set(digits) <= DIGITS:
        raise refusal(21206, digits)
    if form.text("MachineDetection") not in DETECTION:
        raise refusal(21234, form.text("MachineDetection"))
    app_sid = form.text("ApplicationSid")
    if app_sid:
        return _order_by_application(account, app_sid, OutgoingCall(called, caller, timeout))
    return _with_document(account, form, OutgoingCall(called, caller, timeout, status_callback=_callback(form)))


def read_change(account: Account, form: Form) -> CallChange | None:
    """What an update asks for; None when it changes nothing here. A status wins over a document, a URL over TwiML."""
    status = form.text("Status")
    if status:
        if status == "canceled":
            return CallChange(status="canceled")
        if status != "completed":
            raise refusal(20001, f"Status must be canceled or completed, not {status}")
        return CallChange(status="completed")
    url, twiml = form.url("Url", 21205, local=account.settings.local_urls), form.raw("Twiml")
    method = form.method("Method", 21209)
    if url is not None:
        return CallChange(url=url, method=method)
    if len(twiml) > LONGEST_TWIML:
        raise refusal(32018)
    return CallChange(twiml=twiml) if twiml else None


def _order_by_application(account: Account, app_sid: str, order: OutgoingCall) -> OutgoingCall:
    """The application's URLs; those of the request are ignored (Twilio docs: create a call)."""
    app = account.tables.applications.get(app_sid)
    if app is None:
        raise refusal(21218, app_sid)
    route = applications.voice_route(app, order.called)
    callback = route.status_callback and StatusCallback(route.status_callback, route.status_callback_method)
    return replace(
        order,
        url=route.url,
        method=route.method,
        fallback_url=route.fallback_url,
        fallback_method=route.fallback_method,
        status_callback=callback or None,
        extra={"ApplicationSid": app_sid},
    )


def _with_document(account: Account, form: Form, order: OutgoingCall) -> OutgoingCall:
    local = account.settings.local_urls
    url, twiml = form.url("Url", 21205, local=local), form.raw("Twiml")
    if url is None and not twiml:
        raise TwilioError(400, 21205, "Url parameter is required.")
    if len(twiml) > LONGEST_TWIML:
        raise refusal(32018)
    fallback = form.url("FallbackUrl", 21205, local=local)
    return replace(
        order,
        url=url,
        method=form.method("Method", 21209),
        twiml=None if url else twiml,
        fallback_url=fallback,
        fallback_method=form.method("FallbackMethod", 21209),
    )


def _callback(form: Form) -> StatusCallback | None:
    events = frozenset(form.all("StatusCallbackEvent")) - {""}
    if not events <= EVENTS:
        raise refusal(21626, sorted(events - EVENTS)[0])
    url = form.url("StatusCallback", 21205)
    if url is None:
        return None
    method = form.method("StatusCallbackMethod", 21209)
    return StatusCallback(url, method, events or frozenset(("completed",)))


def _called(form: Form, *, is_test: bool) -> str:
    given = form.text("To")
    if not given:
        raise refusal(21201)
    called = given if phones.is_endpoint(given) else phones.normalized(given)
    if is_test:
        magic.check(magic.CALL_TO, called or given)
    if called is None:
        raise refusal(21217, given)
    return called


def _caller(account: Account, form: Form, *, is_test: bool) -> str:
    """One of the account's numbers or a verified one; a client or SIP address is not checked further."""
    given = form.text("From")
    if not given:
        raise refusal(21213)
    if phones.is_endpoint(given) and not is_test:
        return given
    caller = phones.normalized(given)
    if caller is None:
        raise refusal(21210 if given.isalnum() and not given.isdecimal() else 21212, given)
    if is_test:
        magic.check_sender(magic.CALL_FROM, caller, 21210)
    elif caller not in account.settings.verified_callers and numbers.owner_of(account, caller) is None:
        raise refusal(21210, caller)
    return caller
