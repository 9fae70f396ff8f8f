"""Calls: what may be created, how live ones are changed, and what the network reports about them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from fakes.twilio.account import Account
from fakes.twilio.call_orders import read_change, read_order
from fakes.twilio.errors import missing, refusal
from fakes.twilio.filters import newest_first
from fakes.twilio.form import Form
from fakes.twilio.network import CallNews, Outcome, OutgoingCall
from fakes.twilio.records import LIVE, Call
from fakes.twilio.retention import keep

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
        report(account, CallNews(call.sid, outcome))


def hang_up(account: Account, call: Call) -> None:
    """Whoever is on the phone hangs up; before the answer that is `no-answer` (confidence L)."""
    if account.network is not None:
        account.network.hang_up(call.sid)
    else:
        report(account, CallNews(call.sid, "completed" if call.status == "in-progress" else "no-answer"))


def _new(account: Account, sid: str, order: OutgoingCall) -> Call:
    now = account.now()
    return Call(sid, order.called, order.caller, "outbound-api", "queued", now, now)
