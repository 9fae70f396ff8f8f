"""The page that waits for a push: one look a webhook, so that none comes near Twilio's 15 seconds."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, whose
from ivr.identity.protocol import Expired, Rejected, Unavailable, Verified, Waiting
from ivr.line import Line
from ivr.webhooks.authenticate import push_awaited
from ivr.webhooks.common import MOST_MISSES, ended, unavailable
from ivr.webhooks.turn import Heard, Turn
from ivr.webhooks.verify_code import passed
from ivr.webhooks.ways import others, ways_asked

log = logging.getLogger("ivr.webhooks.verify_push")

TURNS_BETWEEN_WORDS = 3


async def verify_push(line: Line, call: Call, heard: Heard) -> Turn:
    """Look once, whatever else the webhook says. Star, where the line listens: another way."""
    assert call.push is not None
    assert call.attempt is not None
    match await line.proofs.poll_push(call.attempt, call.push):
        case Verified():
            return await passed(line, call)
        case Rejected():
            await line.limits.take((line.declined_pushes, whose(call)))
            return ended(line, call, phrases.PUSH_REJECTED)
        case Expired():
            return ended(line, call, phrases.PUSH_UNANSWERED)
        case Waiting() if heard.digits == "*" and others(call):
            return ways_asked(line, call)
        case Waiting(number):
            return await _waited(line, replace(call, misses=0), number)
        case Unavailable() as failure if call.misses + 1 < MOST_MISSES:
            # One lost poll is no answer yet: a look at the next turn may well succeed.
            log.warning("call=%s poll: %s (%s)", call.sid, failure.trouble, failure.detail)
            return await _waited(line, replace(call, misses=call.misses + 1), None)
        case Unavailable() as failure:
            return unavailable(line, call, failure)


async def _waited(line: Line, call: Call, number: int | None) -> Turn:
    assert call.attempt is not None
    if line.now() - call.push_sent_at >= line.settings.push_patience:
        await line.proofs.step_back(call.attempt, call.push)
        return ended(line, call, phrases.PUSH_UNANSWERED)
    return _still_waiting(line, call, number)


def _still_waiting(line: Line, call: Call, number: int | None) -> Turn:
    """Speak every few turns, and at once when the org's risk rules bring up a number only now.

    Where there is another way, those turns listen for star; the others leave a caller's keys to the account menu.
    """
    assert call.push is not None
    news = number is not None and number != call.push.number
    number = call.push.number if number is None else number
    call = replace(call, polls=call.polls + 1, push=replace(call.push, number=number))
    if not news and call.polls % TURNS_BETWEEN_WORDS:
        return push_awaited(line, call)
    words = () if number is None else (phrases.push_number(number),)
    star = (phrases.ANOTHER_WAY,) if others(call) else ()
    return push_awaited(line, call, phrases.PUSH_WAITING, *words, *star, listens=bool(star))
