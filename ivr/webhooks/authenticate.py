"""The page that sends a challenge: a code, or a push. A repeated webhook never sends a second one."""

from __future__ import annotations

from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, Stage, is_decoy, moved, whose
from ivr.identity.protocol import (
    CodeSent,
    Factor,
    Kind,
    Lapsed,
    Locked,
    Push,
    TooSoon,
    Unavailable,
    Unusable,
)
from ivr.limits import Count, Limit
from ivr.line import EVERYBODY, Line
from ivr.webhooks.common import ended, missed, support_offered, unavailable
from ivr.webhooks.offering import begun_again, offer_of, offered
from ivr.webhooks.turn import AUTHENTICATE, VERIFY_CODE, VERIFY_PUSH, VERIFY_SMS, Heard, Turn
from ivr.webhooks.ways import others, ways_asked

# Okta's text messages and authenticator apps have six digits; of spoken codes its examples show five and six, so that
# question ends with pound.
LENGTHS = {Kind.SMS: 6, Kind.TOTP: 6, Kind.GOOGLE: 6}
MOST_CHALLENGES_PER_CALL = 3
POLL_PAUSE = 4  # Okta: no faster than every 4 to 5 s


async def authenticate(line: Line, call: Call, heard: Heard) -> Turn:
    """1: send the challenge that was offered. Star: another way. Once a code is out, only ask for it."""
    assert call.factor is not None
    if call.stage is Stage.CODE_ASKED:
        return code_asked(line, call)
    match heard.digits:
        case None | "#":
            return offered(line, call)
        case "1":
            return await challenged(line, call, call.factor)
        case "*" if others(call):
            return ways_asked(line, call)
        case _:
            return missed(line, call, offer_of(call), to=AUTHENTICATE)


async def challenged(line: Line, call: Call, factor: Factor) -> Turn:
    """Ask for proof by this factor, if the person's limits, which count for all factors, allow another."""
    person = whose(call)
    if factor.kind is not Kind.PUSH and not await line.limits.left(line.wrong_codes, person):
        return ended(line, call, phrases.TOO_MANY_CODES)
    if not factor.kind.is_delivered and factor.kind is not Kind.PUSH:
        return code_asked(line, _awaiting_code(call))
    if call.challenges >= MOST_CHALLENGES_PER_CALL:
        return ended(line, call, phrases.TOO_MANY_CHALLENGES)
    hit = await _spent(line, call, factor)
    if hit == line.challenges_of_all:
        return support_offered(line, _out_of_the_menu(call), phrases.IDENTITY_BUSY)
    if hit is not None:
        return ended(line, call, phrases.TOO_MANY_CHALLENGES)
    if factor.kind is Kind.PUSH:
        return await _push_sent(line, call, factor)
    return await _code_sent(line, call, factor)


async def _spent(line: Line, call: Call, factor: Factor) -> Limit | None:
    """One challenge of each limit, or the limit that has none left. A decoy costs nothing of what all share."""
    person = whose(call)
    own: list[Count] = [(line.challenges, person), (line.challenges_of_number, call.phone)]
    if factor.kind is Kind.PUSH:
        if not await line.limits.left(line.declined_pushes, person):
            return line.declined_pushes
        own.append((line.pushes, person))
    if not is_decoy(call):
        return await line.limits.take(*own, (line.challenges_of_all, EVERYBODY))
    if await line.limits.left(line.challenges_of_all, EVERYBODY):
        return await line.limits.take(*own)
    lacking = [limit for limit, who in own if not await line.limits.left(limit, who)]
    return lacking[0] if lacking else line.challenges_of_all


def code_asked(line: Line, call: Call, *first: str) -> Turn:
    """Ask for the code."""
    assert call.factor is not None
    kind = call.factor.kind
    prompt = f"{phrases.ENTER[kind]} {phrases.at_the_code(is_sent=kind.is_delivered, has_others=bool(others(call)))}"
    to = VERIFY_SMS if kind is Kind.SMS else VERIFY_CODE
    return Turn(call, line.script.ask_code(prompt.strip(), to=to, length=LENGTHS.get(kind), first=first))


def push_awaited(line: Line, call: Call, *sentences: str, listens: bool = False) -> Turn:
    """Let a few seconds pass and look again."""
    return Turn(call, line.script.wait(*sentences, to=VERIFY_PUSH, seconds=POLL_PAUSE, listens=listens))


async def _code_sent(line: Line, call: Call, factor: Factor) -> Turn:
    assert call.attempt is not None
    match await line.proofs.challenge(call.attempt, factor):
        case CodeSent():
            call = replace(call, challenges=call.challenges + 1)
            return code_asked(line, _awaiting_code(call), phrases.SENT[factor.kind])
        case TooSoon():
            return code_asked(line, _awaiting_code(call), phrases.CODE_SENT_ALREADY)
        case failure:
            return await _failed(line, call, failure)


async def _push_sent(line: Line, call: Call, factor: Factor) -> Turn:
    assert call.attempt is not None
    match await line.proofs.start_push(call.attempt, factor):
        case Push() as push:
            call = replace(call, push=push, push_sent_at=line.now(), polls=0, challenges=call.challenges + 1)
            number = () if push.number is None else (phrases.push_number(push.number),)
            return push_awaited(line, moved(call, Stage.PUSH_SENT), phrases.PUSH_SENT, *number)
        case failure:
            return await _failed(line, call, failure)


def _awaiting_code(call: Call) -> Call:
    return call if call.stage is Stage.CODE_ASKED else moved(call, Stage.CODE_ASKED)


def _out_of_the_menu(call: Call) -> Call:
    return moved(call, Stage.OFFERED) if call.stage is Stage.CHOOSING else call


async def _failed(line: Line, call: Call, failure: Locked | Unusable | Lapsed | Unavailable) -> Turn:
    """What was asked for did not go out. A caller who was choosing stands at the factor's offer again."""
    call = _out_of_the_menu(call)
    match failure:
        case Locked():
            return support_offered(line, call, phrases.CANNOT_VERIFY)
        case Unusable() if others(call) and call.stage is Stage.OFFERED:
            return ways_asked(line, call, phrases.FACTOR_UNUSABLE)
        case Unusable():
            return support_offered(line, call, phrases.FACTOR_UNUSABLE)
        case Lapsed():
            return await begun_again(line, call)
        case Unavailable():
            return unavailable(line, call, failure)
