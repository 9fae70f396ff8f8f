"""The page that checks a code. Tries are counted per call and per person, before Okta is asked."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, is_decoy, proven, whose
from ivr.identity.protocol import Kind, Lapsed, Locked, Unavailable, Unusable, Verified, WrongCode
from ivr.line import EVERYBODY, Line
from ivr.webhooks.authenticate import LENGTHS, challenged, code_asked
from ivr.webhooks.common import MOST_MISSES, ended, support_offered, unavailable
from ivr.webhooks.offering import begun_again
from ivr.webhooks.turn import ACCOUNT_WELCOME, Heard, Turn
from ivr.webhooks.ways import others, ways_asked

log = logging.getLogger("ivr.webhooks.verify_code")

# Where the length is not known: what may be a code at all.
_SPOKEN_CODE = re.compile(r"\d{4,8}", re.ASCII)


async def verify_code(line: Line, call: Call, heard: Heard) -> Turn:
    """Star: another way, or a new code where there is none. A whole code: check it. Else nothing is asked of Okta."""
    assert call.factor is not None
    kind = call.factor.kind
    match heard.digits:
        case None | "":
            return code_asked(line, call)
        case "*" if others(call):
            return ways_asked(line, call)
        case "*" if kind.is_delivered:
            return await challenged(line, call, call.factor)
        case code if _is_whole(code, kind):
            return await _checked(line, call, code)
        case _:
            call = replace(call, misses=call.misses + 1)
            if call.misses >= MOST_MISSES:
                return ended(line, call, phrases.TOO_MANY_MISSES)
            return code_asked(line, call, phrases.INCOMPLETE[kind])


def _is_whole(code: str, kind: Kind) -> bool:
    length = LENGTHS.get(kind)
    shape = _SPOKEN_CODE.fullmatch(code)
    return shape is not None and length in (None, len(code))


async def _checked(line: Line, call: Call, code: str) -> Turn:
    person = whose(call)
    if not await line.limits.left(line.wrong_codes_of_all, EVERYBODY):
        return support_offered(line, call, phrases.IDENTITY_BUSY)
    # One code of a person at a time, over all calls: a right one wipes out the tries before it, at Okta and here, and
    # must not wipe out here a wrong one that reaches Okta after it.
    async with line.calls.hold(f"codes of {person}"):
        return await _tried(line, call, person, code)


async def _tried(line: Line, call: Call, person: str, code: str) -> Turn:
    assert call.factor is not None
    assert call.attempt is not None
    if call.wrong_codes >= line.settings.wrong_codes or await line.limits.take((line.wrong_codes, person)):
        return ended(line, call, phrases.TOO_MANY_CODES)
    match await line.proofs.verify(call.attempt, call.factor, code):
        case Verified():
            await line.limits.clear((line.wrong_codes, person))
            return await passed(line, call)
        case WrongCode():
            return await _wrong(line, replace(call, wrong_codes=call.wrong_codes + 1), person)
        case Locked():
            return support_offered(line, call, phrases.CANNOT_VERIFY)
        case Lapsed():
            return await begun_again(line, call)
        case Unusable(why):
            log.warning("call=%s factor unusable: %s", call.sid, why)
            return support_offered(line, call, phrases.FACTOR_UNUSABLE)
        case Unavailable() as failure:
            # The try stays spent: whether Okta counted it is not known, and a locked account is worse.
            return unavailable(line, call, failure)


async def passed(line: Line, call: Call) -> Turn:
    """The factor was passed: the account opens.

    Wrong codes stay counted when it was a push: whether Okta forgets them then is not known, and a guesser could have
    the fifth one, which locks the person, as soon as the owner has come in otherwise.
    """
    call = replace(proven(call), proven_at=line.now())
    assert call.proven is not None
    await line.limits.clear((line.challenges, call.proven), (line.pushes, call.proven))
    return Turn(call, line.script.go(ACCOUNT_WELCOME))


async def _wrong(line: Line, call: Call, person: str) -> Turn:
    """Another try, unless that was the last one. Of all callers' codes only wrong ones count, so after the deed."""
    if not is_decoy(call):
        await line.limits.take((line.wrong_codes_of_all, EVERYBODY))
    spent = call.wrong_codes >= line.settings.wrong_codes
    if spent or not await line.limits.left(line.wrong_codes, person):
        return ended(line, call, phrases.TOO_MANY_CODES, phrases.NOTHING_CAME)
    return code_asked(line, call, phrases.WRONG_CODE)
