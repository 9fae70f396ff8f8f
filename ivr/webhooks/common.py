"""Turns that several pages share: misses, support, trouble, the end."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.accounts.protocol import AccountsDown, CallbackRequested, Topic
from ivr.callers import is_number
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Trouble, Unavailable
from ivr.line import Line
from ivr.webhooks.turn import ACCOUNT_MENU, CALL_BACK_ORDER, MENU, Turn

log = logging.getLogger("ivr.webhooks.common")

MOST_MISSES = 3


def ended(line: Line, call: Call, *sentences: str) -> Turn:
    """Say this, say goodbye, and be over."""
    return Turn(moved(call, Stage.ENDED), line.script.goodbye(*sentences))


def missed(line: Line, call: Call, again: str, *, to: str, said: str = phrases.NOT_A_CHOICE) -> Turn:
    """A key that means nothing here: ask again, a few times."""
    call = replace(call, misses=call.misses + 1)
    if call.misses >= MOST_MISSES:
        return ended(line, call, phrases.TOO_MANY_MISSES)
    return Turn(call, line.script.ask(again, to=to, first=(said,)))


def support_offered(line: Line, call: Call, *sentences: str) -> Turn:
    """We cannot go on as the caller wished: say why and offer a call back."""
    call = replace(call, misses=call.misses + 1)
    if call.misses >= MOST_MISSES:
        return ended(line, call, *sentences)
    to = ACCOUNT_MENU if call.stage is Stage.VERIFIED else MENU
    return Turn(call, line.script.ask(phrases.SUPPORT_OFFER, to=to, first=sentences))


def unavailable(line: Line, call: Call, answer: Unavailable) -> Turn:
    """The identity provider could not serve us."""
    log.warning("call=%s identity: %s (%s)", call.sid, answer.trouble, answer.detail)
    busy = answer.trouble is Trouble.BUSY
    return support_offered(line, call, phrases.IDENTITY_BUSY if busy else phrases.IDENTITY_OUT_OF_REACH)


async def support(line: Line, call: Call, topic: Topic) -> Turn:
    """Arrange a call back. Only a proven caller is named in the request."""
    if not is_number(call.phone):
        return ended(line, call, phrases.NO_NUMBER_TO_CALL)
    if line.dialler is not None:
        return await _promised(line, call, topic)
    result = await line.accounts.request_callback(
        person_id=call.proven, phone=call.phone, topic=topic, call_sid=call.sid
    )
    match result:
        case CallbackRequested():
            return ended(line, call, phrases.CALLBACK_REQUESTED)
        case AccountsDown(why):
            log.warning("call=%s no call-back: %s", call.sid, why)
            return ended(line, call, phrases.CALLBACK_FAILED)


async def _promised(line: Line, call: Call, topic: Topic) -> Turn:
    """The line calls back itself, or has somebody call: not before this sentence is spoken, so that the phone is free.

    Known or not, a number hears the same, and has so many call backs a day.
    """
    if await line.limits.take((line.call_backs, call.phone)) is not None:
        return ended(line, call, phrases.TOO_MANY_CALLBACKS)
    due = replace(moved(call, Stage.CALL_BACK_DUE), topic=topic)
    return Turn(due, line.script.go(CALL_BACK_ORDER, phrases.CALLBACK_REQUESTED))
