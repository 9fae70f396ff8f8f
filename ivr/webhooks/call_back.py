"""The pages of a call back: the caller is let go, and a phone that rings is joined to an agent when a person answers.

Whoever answers presses a key before an agent is rung: a machine does not, so no machine detection is needed (it costs
extra, takes seconds, and errs), and no agent talks to a voice mail.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from ivr.accounts import AccountsDown, CallbackRequested
from ivr.callback import NotOrdered, Order, Ordered
from ivr.callers import is_number
from ivr.calls.stages import Call, Stage, move
from ivr.identity.protocol import Person
from ivr.line import Line
from ivr.webhooks.common import ask_again, call_back_counts, end_call
from ivr.webhooks.record import Outcome, WebhookRecord
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import (
    CALL_BACK,
    CALL_BACK_JOIN,
    CALL_BACK_ORDER,
    CALL_BACK_OVER,
    CALL_STATUS,
    Ask,
    Connect,
    Goodbye,
    PageResult,
)

log = logging.getLogger("ivr.webhooks.call_back")

AGAIN_AFTER = (5.0, 30.0, 120.0, 600.0)  # seconds


async def call_back_order(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Hang up, as the caller has heard that somebody will call, and arrange it afterwards.

    In this order: how long it takes and whether it works depends on whether the caller is known, so nobody hears it.
    """
    return PageResult(move(call, Stage.ENDED), Goodbye(), partial(arrange_call_back, line, call))


async def call_back(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Ask whoever, or whatever, has answered to press a key."""
    first = call.phrases.call_back_opening(line.settings.customer_name)
    return PageResult(call, Ask(call.phrases.call_back_menu, to=CALL_BACK_JOIN, first=(first,)))


async def call_back_join(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Go by the key: 1 rings the agent, who sees the line's number."""
    agent = line.settings.agent_number
    match request.digits:
        case "1" if agent is not None:
            return PageResult(call, Connect(agent, call.phone, CALL_BACK_OVER, call.phrases.connecting))
        case _:
            return ask_again(call, call.phrases.call_back_menu, to=CALL_BACK_JOIN)


async def call_back_over(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """End the call: the agent has hung up, or did not answer."""
    if request.dial_status in ("completed", "answered"):
        return end_call(call)
    log.warning("call=%s no agent: %s", call.sid, request.dial_status or "unknown")
    return end_call(call, call.phrases.agent_not_reached)


async def arrange_call_back(line: Line, call: Call) -> None:
    """Ring a caller we know, have the company ring all others.

    At most once: for the line the call was over before, so a repeated webhook finds nothing to do.
    """
    if await _rung(line, call) or (line.lists_call_backs and await _listed(line, call)):
        return
    line.background.start(_listed_later(line, call))


async def _rung(line: Line, call: Call) -> bool:
    """Only the number the call came from, and only when it is that of a profile: nobody can have us call elsewhere.

    Twilio is asked once: an answer that was lost may have been a call that was made.
    """
    is_known = call.proven is not None or (line.lists_call_backs and isinstance(call.caller, Person))
    if line.dialler is None or not is_known or not is_number(call.called):
        return False
    wish = Order(call.phone, call.called, CALL_BACK, CALL_STATUS)
    match await line.dialler.ring(wish):
        case Ordered(sid):
            back = Call(
                sid=sid,
                phone=call.called,
                called=call.phone,
                began=line.now(),
                language=call.language,
                stage=Stage.CALLING_BACK,
            )
            await line.calls.put(back)
            return True
        case NotOrdered(why):
            log.warning("call=%s not called back: %s", call.sid, why)
            return False


async def _listed(line: Line, call: Call) -> bool:
    """The company's list knows a wish by the call, so that asking again makes no second one."""
    result = await line.accounts.request_callback(
        person_id=call.proven, phone=call.phone, topic=call.topic or "support", call_sid=call.sid
    )
    match result:
        case CallbackRequested():
            return True
        case AccountsDown(why):
            log.warning("call=%s no call-back: %s", call.sid, why)
            return False


async def _listed_later(line: Line, call: Call) -> None:
    """The caller was promised a call, so the list is asked again for a while. In vain: the caller may ask once more."""
    try:
        for seconds in AGAIN_AFTER if line.lists_call_backs else ():
            await line.pause(seconds)
            if await _listed(line, call):
                return
    except asyncio.CancelledError:
        log.error("call=%s nobody will call back: the line was stopped before the list had taken it", call.sid)
        raise
    log.error("call=%s nobody will call back: neither Twilio nor the accounts API has taken it", call.sid)
    line.watch(WebhookRecord(CALL_BACK_ORDER, Outcome.NOT_ARRANGED, call.sid))
    await line.limits.give_back(*call_back_counts(line, call))
