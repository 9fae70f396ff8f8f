"""The pages of a call back: it is ordered when the caller has heard so, and joined to an agent when a person answers.

Whoever answers presses a key before an agent is rung: a machine does not, so no machine detection is needed (it costs
extra, takes seconds, and errs), and no agent talks to a voice mail.
"""

from __future__ import annotations

import logging

from ivr import phrases
from ivr.accounts.protocol import AccountsDown, CallbackRequested
from ivr.callback.protocol import NotOrdered, Order, Ordered
from ivr.callers import is_number
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Person
from ivr.line import Line
from ivr.webhooks.common import ended, missed
from ivr.webhooks.turn import CALL_BACK, CALL_BACK_JOIN, CALL_BACK_OVER, CALL_STATUS, Heard, Turn

log = logging.getLogger("ivr.webhooks.call_back")


async def order(line: Line, call: Call, heard: Heard) -> Turn:
    """The caller has heard that somebody will call: see to it, and let the phone go."""
    call, arranged = await call_back_arranged(line, call)
    return Turn(call, line.script.goodbye() if arranged else line.script.goodbye(phrases.CALLBACK_FAILED))


async def call_back_arranged(line: Line, call: Call) -> tuple[Call, bool]:
    """Ring a caller we know, have the company ring all others; False when neither could be. The call is over.

    At most once: for the line the call is over before anybody is asked, so a repeated webhook finds nothing to do.
    """
    call = await line.calls.put(moved(call, Stage.ENDED))
    return call, await _rung(line, call) or await _noted(line, call)


async def _rung(line: Line, call: Call) -> bool:
    """Only the number the call came from, and only when it is that of a profile: nobody can have us call elsewhere."""
    is_known = call.proven is not None or (line.rings_unproven and isinstance(call.caller, Person))
    if line.dialler is None or not is_known or not is_number(call.called):
        return False
    wish = Order(call.phone, call.called, CALL_BACK, CALL_STATUS)
    match await line.dialler.ring(wish):
        case Ordered(sid):
            await line.calls.put(Call(sid=sid, phone=call.called, called=call.phone, stage=Stage.CALLING_BACK))
            return True
        case NotOrdered(why):
            log.warning("call=%s not called back: %s", call.sid, why)
            return False


async def _noted(line: Line, call: Call) -> bool:
    result = await line.accounts.request_callback(
        person_id=call.proven, phone=call.phone, topic=call.topic or "support", call_sid=call.sid
    )
    match result:
        case CallbackRequested():
            return True
        case AccountsDown(why):
            log.warning("call=%s no call-back: %s", call.sid, why)
            return False


async def opening(line: Line, call: Call, heard: Heard) -> Turn:
    """Somebody, or something, has answered."""
    first = phrases.call_back_opening(line.settings.customer_name)
    return Turn(call, line.script.ask(phrases.CALL_BACK_MENU, to=CALL_BACK_JOIN, first=(first,)))


async def join(line: Line, call: Call, heard: Heard) -> Turn:
    """1: ring the agent, who sees the line's number."""
    agent = line.settings.agent_number
    match heard.digits:
        case "1" if agent is not None:
            document = line.script.connect(agent, caller_id=call.phone, to=CALL_BACK_OVER, sentence=phrases.CONNECTING)
            return Turn(call, document)
        case _:
            return missed(line, call, phrases.CALL_BACK_MENU, to=CALL_BACK_JOIN)


async def over(line: Line, call: Call, heard: Heard) -> Turn:
    """The agent has hung up, or could not be had."""
    if heard.dial_status in ("completed", "answered"):
        return ended(line, call)
    log.warning("call=%s no agent: %s", call.sid, heard.dial_status or "unknown")
    return ended(line, call, phrases.AGENT_NOT_REACHED)
