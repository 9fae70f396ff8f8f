"""The page that sends a challenge: a code by text message or a push. A repeated webhook never sends a second one."""

from __future__ import annotations

from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import (
    CodeSent,
    Factor,
    Kind,
    Locked,
    Person,
    Push,
    TooSoon,
    Unavailable,
    Unusable,
)
from ivr.line import Line
from ivr.webhooks.common import ended, missed, support_offered, unavailable
from ivr.webhooks.turn import AUTHENTICATE, VERIFY_PUSH, VERIFY_SMS, Heard, Turn
from ivr.webhooks.welcome import offer_of, offered

CODE_LENGTH = 6  # Okta's text message codes
MOST_CODES_PER_CALL = 3
POLL_PAUSE = 4  # Okta: no faster than every 4 to 5 s


async def authenticate(line: Line, call: Call, heard: Heard) -> Turn:
    """1: send the challenge that was offered. Star: offer another factor. Once a code is out, only ask for it."""
    assert call.factor is not None
    if call.stage is Stage.CODE_SENT:
        return code_asked(line, call)
    match heard.digits:
        case None | "#":
            return offered(line, call)
        case "1":
            return await challenged(line, call, call.factor)
        case "*" if (another := _another(call)) is not None:
            return offered(line, replace(call, factor=another))
        case _:
            return missed(line, call, offer_of(call), to=AUTHENTICATE)


async def challenged(line: Line, call: Call, factor: Factor) -> Turn:
    """Send a challenge by this factor, if the person's limits allow another."""
    assert isinstance(call.caller, Person)
    person = call.caller.id
    if factor.kind is Kind.SMS and not await line.limits.left(line.wrong_codes, person):
        return ended(line, call, phrases.TOO_MANY_CODES)
    if call.codes_sent >= MOST_CODES_PER_CALL or not await line.limits.take(line.challenges, person):
        return ended(line, call, phrases.TOO_MANY_CHALLENGES)
    match factor.kind:
        case Kind.SMS:
            return await _code_sent(line, call, person, factor)
        case Kind.PUSH:
            return await _push_sent(line, call, person, factor)


def _another(call: Call) -> Factor | None:
    """The next of the caller's factors that is of another kind than the one offered."""
    assert call.factor is not None
    at = call.factors.index(call.factor)
    others = (*call.factors[at:], *call.factors[:at])
    return next((factor for factor in others if factor.kind is not call.factor.kind), None)


def code_asked(line: Line, call: Call, *first: str) -> Turn:
    """Ask for the code that was sent."""
    twiml = line.script.ask_code(phrases.ENTER_CODE, to=VERIFY_SMS, length=CODE_LENGTH, first=first)
    return Turn(call, twiml)


def push_awaited(line: Line, call: Call, *sentences: str) -> Turn:
    """Let a few seconds pass and look again."""
    return Turn(call, line.script.wait(*sentences, to=VERIFY_PUSH, seconds=POLL_PAUSE))


async def _code_sent(line: Line, call: Call, person: str, factor: Factor) -> Turn:
    match await line.identity.challenge(person, factor):
        case CodeSent():
            call = replace(call, codes_sent=call.codes_sent + 1)
            return code_asked(line, _awaiting_code(call), phrases.CODE_SENT)
        case TooSoon():
            return code_asked(line, _awaiting_code(call), phrases.CODE_SENT_ALREADY)
        case failure:
            return _failed(line, call, failure)


async def _push_sent(line: Line, call: Call, person: str, factor: Factor) -> Turn:
    match await line.identity.start_push(person, factor):
        case Push() as push:
            sent = moved(replace(call, push=push, push_sent_at=line.now()), Stage.PUSH_SENT)
            number = () if push.number is None else (phrases.push_number(push.number),)
            return push_awaited(line, sent, phrases.PUSH_SENT, *number)
        case failure:
            return _failed(line, call, failure)


def _awaiting_code(call: Call) -> Call:
    return call if call.stage is Stage.CODE_SENT else moved(call, Stage.CODE_SENT)


def _failed(line: Line, call: Call, failure: Locked | Unusable | Unavailable) -> Turn:
    match failure:
        case Locked():
            return support_offered(line, call, phrases.CANNOT_VERIFY)
        case Unusable():
            return support_offered(line, call, phrases.FACTOR_UNUSABLE)
        case Unavailable():
            return unavailable(line, call, failure)
