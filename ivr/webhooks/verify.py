"""The pages that check a proof: a code, counted before Okta is asked, or a push, one look a webhook.

So no webhook comes near Twilio's 15 seconds.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from ivr.calls.stages import Call, is_decoy, limit_owner, prove
from ivr.identity.protocol import (
    Expired,
    Kind,
    Lapsed,
    Locked,
    NextFactor,
    Rejected,
    Unavailable,
    Unusable,
    Verified,
    Waiting,
    WrongCode,
    is_surely_undone,
)
from ivr.line import EVERYBODY, Line
from ivr.webhooks.authenticate import LENGTHS, ask_for_code, send_challenge, wait_for_push
from ivr.webhooks.common import (
    MOST_MISSES,
    begin_again,
    end_call,
    explain_outage,
    offer_next,
    offer_support,
    offer_ways,
    other_factors,
)
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import ACCOUNT_WELCOME, Go, PageResult

log = logging.getLogger("ivr.webhooks.verify")

# Where the length is not known: what may be a code at all.
_SPOKEN_CODE = re.compile(r"\d{4,8}", re.ASCII)


async def verify_code(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Check a whole code. Star offers other factors, or sends a new code. Else Okta is not asked."""
    assert call.factor is not None
    kind = call.factor.kind
    match request.digits:
        case None | "":
            return ask_for_code(call)
        case "*" if other_factors(call):
            return offer_ways(call)
        case "*" if kind.is_delivered:
            return await send_challenge(line, call, call.factor)
        case code if _is_whole(code, kind):
            return await _checked(line, call, code)
        case _:
            call = replace(call, misses=call.misses + 1)
            if call.misses >= MOST_MISSES:
                return end_call(call, call.phrases.too_many_misses)
            return ask_for_code(call, call.phrases.incomplete[kind])


def _is_whole(code: str, kind: Kind) -> bool:
    length = LENGTHS.get(kind)
    shape = _SPOKEN_CODE.fullmatch(code)
    return shape is not None and length in (None, len(code))


async def _checked(line: Line, call: Call, code: str) -> PageResult:
    person = limit_owner(call)
    if not await line.limits.left(line.wrong_codes_of_all, EVERYBODY):
        return offer_support(call, call.phrases.identity_busy)
    # One code of a person at a time, over all calls: a right one wipes out the tries before it, at Okta and here, and
    # must not wipe out here a wrong one that reaches Okta after it.
    async with line.calls.hold(f"codes of {person}"):
        return await _tried(line, call, person, code)


async def _tried(line: Line, call: Call, person: str, code: str) -> PageResult:
    assert call.factor is not None
    assert call.attempt is not None
    if call.wrong_codes >= line.settings.wrong_codes or await line.limits.take((line.wrong_codes, person)):
        return end_call(call, call.phrases.too_many_codes)
    answer = await line.proofs.verify(call.attempt, call.factor, code)
    if isinstance(answer, Lapsed) or is_surely_undone(answer):
        await line.limits.give_back((line.wrong_codes, person))
    match answer:
        case Verified():
            await line.limits.clear((line.wrong_codes, person))
            return await open_account(line, call)
        case NextFactor() as answer:
            return offer_next(call, answer)
        case WrongCode():
            return await _wrong(line, replace(call, wrong_codes=call.wrong_codes + 1), person)
        case Locked():
            return offer_support(call, call.phrases.cannot_verify)
        case Lapsed():
            return await begin_again(line, call)
        case Unusable(why):
            log.warning("call=%s factor unusable: %s", call.sid, why)
            if line.proofs.refuses and other_factors(call):
                return offer_ways(call, call.phrases.factor_unusable)
            return offer_support(call, call.phrases.factor_unusable)
        case Unavailable() as failure:
            # Unless Okta has surely not counted it, the try stays spent: a locked account is worse.
            return explain_outage(call, failure)


async def open_account(line: Line, call: Call) -> PageResult:
    """Open the account, as the factor was passed.

    Wrong codes stay counted when it was a push: whether Okta forgets them then is not known, and a guesser could have
    the fifth one, which locks the person, as soon as the owner has come in otherwise.
    """
    call = replace(prove(call), proven_at=line.now())
    assert call.proven is not None
    await line.limits.clear((line.challenges, call.proven), (line.pushes, call.proven))
    return PageResult(call, Go(ACCOUNT_WELCOME))


async def _wrong(line: Line, call: Call, person: str) -> PageResult:
    """Another try, unless that was the last one. Of all callers' codes only wrong ones count, so after the deed."""
    if not is_decoy(call):
        await line.limits.take((line.wrong_codes_of_all, EVERYBODY))
    spent = call.wrong_codes >= line.settings.wrong_codes
    if spent or not await line.limits.left(line.wrong_codes, person):
        return end_call(call, call.phrases.too_many_codes, call.phrases.nothing_came)
    return ask_for_code(call, call.phrases.wrong_code)


TURNS_BETWEEN_WORDS = 3


async def verify_push(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Look once, whatever else the webhook says. Star, where the line listens, offers other factors."""
    assert call.push is not None
    assert call.attempt is not None
    match await line.proofs.poll_push(call.attempt, call.push):
        case Verified():
            return await open_account(line, call)
        case NextFactor() as answer:
            return offer_next(call, answer)
        case Rejected():
            await line.limits.take((line.declined_pushes, limit_owner(call)))
            return end_call(call, call.phrases.push_rejected)
        case Expired():
            return end_call(call, call.phrases.push_unanswered)
        case Waiting() if request.digits == "*" and other_factors(call):
            return offer_ways(call)
        case Waiting(number):
            return await _waited(line, replace(call, misses=0), number)
        case Unavailable() as failure if call.misses + 1 < MOST_MISSES:
            # One lost poll is no answer yet: a look at the next turn may well succeed.
            log.warning("call=%s poll: %s (%s)", call.sid, failure.trouble, failure.detail)
            return await _waited(line, replace(call, misses=call.misses + 1), None)
        case Unavailable() as failure:
            return explain_outage(call, failure)


async def _waited(line: Line, call: Call, number: int | None) -> PageResult:
    assert call.attempt is not None
    if line.now() - call.push_sent_at >= line.settings.push_patience:
        await line.proofs.step_back(call.attempt, call.push)
        return end_call(call, call.phrases.push_unanswered)
    return _still_waiting(line, call, number)


def _still_waiting(line: Line, call: Call, number: int | None) -> PageResult:
    """Speak every few turns, and at once when the org's risk rules bring up a number only now.

    Where there is another way, those turns listen for star; the others leave a caller's keys to the account menu.
    """
    assert call.push is not None
    news = number is not None and number != call.push.number
    number = call.push.number if number is None else number
    call = replace(call, polls=call.polls + 1, push=replace(call.push, number=number))
    if not news and call.polls % TURNS_BETWEEN_WORDS:
        return wait_for_push(call)
    words = () if number is None else (call.phrases.push_number(number),)
    star = (call.phrases.another_way,) if other_factors(call) else ()
    return wait_for_push(call, call.phrases.push_waiting, *words, *star, listens=bool(star))
