"""Calls: what may be created, how live ones are changed, and what the network reports about them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from fakes.twilio import applications, magic, numbers, phones
from fakes.twilio.account import Account
from fakes.twilio.errors import TwilioError, missing, refusal
from fakes.twilio.lists import newest_first
from fakes.twilio.network import CallChange, CallNews, Outcome, OutgoingCall, StatusCallback
from fakes.twilio.records import LIVE, Call, keep
from fakes.twilio.request import Form

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


WITHOUT_EFFECT = (
    "SendDigits", "Record", "MachineDetection", "AsyncAmd", "TimeLimit", "CallerId", "CallReason", "Trim", "Byoc",
    "RecordingStatusCallback", "ClientNotificationUrl", "CallToken", "SipAuthUsername",
)  # fmt: skip
log = logging.getLogger("fakes.twilio")


# ---------------------------------------------------------------- what the REST API does


def create(account: Account, form: Form, *, is_test: bool) -> Call:
    """A new call, `queued` in the answer even if the network rings it at once. Test credentials call nobody."""
    order = read_order(account, form, is_test=is_test)
    if is_test:
        return _new(account, account.source.sid("CA"), order)
    for name in WITHOUT_EFFECT:
        if form.text(name):
            log.warning("accepted, without effect on a simulated call: %s", name)
    sid = account.source.sid("CA") if account.network is None else account.network.place(order)
    call = _new(account, sid, order)
    if sid not in account.tables.calls:  # news of its ringing may have come before its sid
        _keep(account, call)
    return call


def find(account: Account, sid: str, path: str) -> Call:
    call = account.tables.calls.get(sid)
    if call is None:
        raise missing(path)
    return call


def update(account: Account, call: Call, form: Form) -> Call:
    """A new document for a call in progress, or the end of a live one; 21220 for anything else (T78)."""
    change = read_change(account, form)
    if not call.is_live or (change is not None and change.status is None and call.status != "in-progress"):
        raise refusal(21220)
    if change is None:
        return call
    if change.status == "canceled" and call.status == "in-progress":
        return call  # Twilio docs: canceled does not affect calls in progress
    if account.network is not None:
        account.network.change(call.sid, change)
    elif change.status is not None:
        report(account, CallNews(call.sid, "completed" if call.status == "in-progress" else "canceled"))
    else:
        log.warning("no network, so no document is run: call %s goes on as before", call.sid)
    return account.tables.calls[call.sid]


def delete(account: Account, call: Call) -> None:
    if call.is_live:
        raise refusal(20009, call.sid)
    del account.tables.calls[call.sid]


FILTERS: Mapping[str, Callable[[Call], str]] = {
    "To": lambda call: call.to,
    "From": lambda call: call.caller,
    "ParentCallSid": lambda call: call.parent_sid or "",
    "Status": lambda call: call.status,
}
MOMENTS: Mapping[str, Callable[[Call], float | None]] = {
    "StartTime": lambda call: call.started,
    "EndTime": lambda call: call.ended,
}


def listed(account: Account, query: Form) -> list[Call]:
    return newest_first(account.tables.calls.values(), query, FILTERS, MOMENTS)


# ---------------------------------------------------------------- what the network and the handsets do


def report(account: Account, news: CallNews) -> Call:
    """Take news of a call, also of one the account did not create; a call that has ended stays as it ended."""
    now = account.now()
    call = account.tables.calls.get(news.sid)
    if call is None:
        call = Call(news.sid, news.called, news.caller, news.direction, "queued", now, now, news.parent_sid)
    if not call.is_live:
        return call
    has_ended = news.status not in LIVE
    since = call.answered if news.status != "in-progress" else now
    seconds = news.seconds if news.seconds is not None else (now - since if since is not None else 0.0)
    call = replace(
        call,
        status=news.status,
        updated=now,
        started=call.started if call.started is not None else now,
        answered=since,
        ended=now if has_ended else None,
        seconds=int(seconds + 0.5) if has_ended else None,
    )
    _keep(account, call)
    return call


def _keep(account: Account, call: Call) -> None:
    keep(account.tables.calls, call.sid, call, lambda each: not each.is_live)


def answer(account: Account, call: Call) -> None:
    """The handset picks up."""
    if account.network is not None:
        account.network.answer(call.sid)
    else:
        report(account, CallNews(call.sid, "in-progress"))


def decline(account: Account, call: Call, outcome: Outcome) -> None:
    if account.network is not None:
        account.network.decline(call.sid, outcome)
    else:
        report(account, CallNews(call.sid, "busy" if outcome == "declined" else outcome))


def hang_up(account: Account, call: Call) -> None:
    """Let the person on the phone hang up; before the answer that is `no-answer` (confidence L)."""
    if account.network is not None:
        account.network.hang_up(call.sid)
    else:
        report(account, CallNews(call.sid, "completed" if call.status == "in-progress" else "no-answer"))


def _new(account: Account, sid: str, order: OutgoingCall) -> Call:
    now = account.now()
    return Call(sid, order.called, order.caller, "outbound-api", "queued", now, now)
