"""The pages that send a challenge, by the factor on offer or another; a repeated webhook never sends a second one."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from ivr.calls.stages import Call, Stage, is_decoy, limit_owner, move
from ivr.identity.protocol import (
    Challenged,
    CodeSent,
    Factor,
    Kind,
    Lapsed,
    Locked,
    Push,
    Pushed,
    TooSoon,
    Unavailable,
    Unusable,
    is_surely_undone,
)
from ivr.limits import Count, Limit
from ivr.line import EVERYBODY, Line
from ivr.webhooks.common import (
    ask_again,
    begin_again,
    end_call,
    explain_outage,
    list_ways,
    offer_factor,
    offer_support,
    offer_text,
    offer_ways,
    other_factors,
    ways_menu,
)
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import (
    ANOTHER_WAY,
    AUTHENTICATE,
    VERIFY_CODE,
    VERIFY_PUSH,
    VERIFY_SMS,
    Ask,
    AskForCode,
    PageResult,
    Wait,
)

# Okta's text messages and authenticator apps have six digits; of spoken codes its examples show five and six, so that
# question ends with pound.
LENGTHS = {Kind.SMS: 6, Kind.TOTP: 6, Kind.GOOGLE: 6}
MOST_CHALLENGES_PER_CALL = 3


async def authenticate(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Go by the key: 1 sends the challenge on offer, star offers others. Once a code is out, only ask for it."""
    assert call.factor is not None
    if call.stage is Stage.CODE_ASKED:
        return ask_for_code(call)
    match request.digits:
        case None | "#":
            return offer_factor(call)
        case "1":
            return await send_challenge(line, call, call.factor)
        case "*" if other_factors(call):
            return offer_ways(call)
        case _:
            return ask_again(call, offer_text(call), to=AUTHENTICATE)


async def send_challenge(line: Line, call: Call, factor: Factor) -> PageResult:
    """Ask for proof by this factor, if the person's limits, which count for all factors, allow another."""
    person = limit_owner(call)
    if factor.kind is not Kind.PUSH and not await line.limits.left(line.wrong_codes, person):
        return end_call(call, call.phrases.too_many_codes)
    if not factor.kind.is_delivered and factor.kind is not Kind.PUSH:
        return ask_for_code(_awaiting_code(call))
    if call.challenges >= MOST_CHALLENGES_PER_CALL:
        return end_call(call, call.phrases.too_many_challenges)
    hit = await _spent(line, call, factor)
    if hit == line.challenges_of_all:
        return offer_support(leave_ways(call), call.phrases.identity_busy)
    if hit is not None:
        return end_call(call, call.phrases.too_many_challenges)
    call = replace(call, challenges=call.challenges + 1)
    if factor.kind is Kind.PUSH:
        return await _push_sent(line, call, factor)
    return await _code_sent(line, call, factor)


def _counts(line: Line, call: Call, factor: Factor) -> tuple[Count, ...]:
    """What a challenge takes of each limit. A decoy costs nothing of what all share."""
    person = limit_owner(call)
    of_person = [line.challenges, line.pushes] if factor.kind is Kind.PUSH else [line.challenges]
    of_all = () if is_decoy(call) else ((line.challenges_of_all, EVERYBODY),)
    return (*((limit, person) for limit in of_person), (line.challenges_of_number, call.phone), *of_all)


async def _spent(line: Line, call: Call, factor: Factor) -> Limit | None:
    """One challenge of each limit, or the limit that has none left; the one of the whole line is named last."""
    if factor.kind is Kind.PUSH and not await line.limits.left(line.declined_pushes, limit_owner(call)):
        return line.declined_pushes
    counts = _counts(line, call, factor)
    if not is_decoy(call) or await line.limits.left(line.challenges_of_all, EVERYBODY):
        return await line.limits.take(*counts)
    lacking = [limit for limit, who in counts if not await line.limits.left(limit, who)]
    return lacking[0] if lacking else line.challenges_of_all


async def _give_back(line: Line, call: Call, factor: Factor, answer: Challenged | Pushed) -> None:
    """What was not sent is not charged, or a stranger could use up a person's challenges without a single text."""
    if isinstance(answer, TooSoon | Locked | Unusable | Lapsed) or is_surely_undone(answer):
        await line.limits.give_back(*_counts(line, call, factor))


def ask_for_code(call: Call, *first: str) -> PageResult:
    """Ask for the code."""
    assert call.factor is not None
    kind = call.factor.kind
    prompt = f"{call.phrases.enter[kind]} {_star_at_code(call, kind)}"
    to = VERIFY_SMS if kind is Kind.SMS else VERIFY_CODE
    return PageResult(call, AskForCode(prompt.strip(), to=to, length=LENGTHS.get(kind), first=first))


def _star_at_code(call: Call, kind: Kind) -> str:
    """What star does while the line waits for a code; nothing where there is nothing else."""
    match kind.is_delivered, bool(other_factors(call)):
        case True, True:
            return call.phrases.star_for_new_code_or_way
        case True, False:
            return call.phrases.star_for_new_code
        case False, True:
            return call.phrases.star_for_another_way
        case _:
            return ""


def wait_for_push(call: Call, *sentences: str, listens: bool = False) -> PageResult:
    """Let a few seconds pass and look again."""
    assert call.push is not None
    return PageResult(call, Wait(sentences, VERIFY_PUSH, ceil(call.push.interval), listens))


async def _code_sent(line: Line, call: Call, factor: Factor) -> PageResult:
    assert call.attempt is not None
    answer = await line.proofs.challenge(call.attempt, factor)
    await _give_back(line, call, factor, answer)
    match answer:
        case CodeSent(challenge):
            call = replace(call, attempt=replace(call.attempt, challenge=challenge))
            return ask_for_code(_awaiting_code(call), call.phrases.sent[factor.kind])
        case TooSoon():
            return ask_for_code(_awaiting_code(call), call.phrases.code_sent_already)
        case failure:
            return await _failed(line, call, failure)


async def _push_sent(line: Line, call: Call, factor: Factor) -> PageResult:
    assert call.attempt is not None
    answer = await line.proofs.start_push(call.attempt, factor)
    await _give_back(line, call, factor, answer)
    match answer:
        case Push() as push:
            call = replace(call, push=push, push_sent_at=line.now(), polls=0)
            number = () if push.number is None else (call.phrases.push_number(push.number),)
            return wait_for_push(move(call, Stage.PUSH_SENT), call.phrases.push_sent, *number)
        case failure:
            return await _failed(line, call, failure)


def _awaiting_code(call: Call) -> Call:
    return call if call.stage is Stage.CODE_ASKED else move(call, Stage.CODE_ASKED)


def leave_ways(call: Call) -> Call:
    """Put a caller who was choosing back to the offer of the factor."""
    return move(call, Stage.OFFERED) if call.stage is Stage.CHOOSING else call


async def _failed(line: Line, call: Call, failure: Locked | Unusable | Lapsed | Unavailable) -> PageResult:
    """What was asked for did not go out."""
    call = leave_ways(call)
    match failure:
        case Locked():
            return offer_support(call, call.phrases.cannot_verify)
        case Unusable() if other_factors(call) and call.stage is Stage.OFFERED:
            return offer_ways(call, call.phrases.factor_unusable)
        case Unusable():
            return offer_support(call, call.phrases.factor_unusable)
        case Lapsed():
            return await begin_again(line, call)
        case Unavailable():
            return explain_outage(call, failure)


async def another_way(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Take the factor of this key. Star leads back to where the caller came from; what was sent is still good."""
    match request.digits:
        case None | "#":
            return PageResult(call, Ask(ways_menu(call), to=ANOTHER_WAY))
        case "*":
            return _back(line, call)
        case key if key.isdecimal() and 0 < int(key) <= len(list_ways(call)):
            return await _taken(line, call, list_ways(call)[int(key) - 1].id)
        case _:
            return ask_again(call, ways_menu(call), to=ANOTHER_WAY)


async def _taken(line: Line, call: Call, factor_id: str) -> PageResult:
    """A challenge that is out is given up, unless it is only asked for again."""
    assert call.attempt is not None
    chosen = next(factor for factor in list_ways(call) if factor.id == factor_id)
    if call.back is not Stage.OFFERED and chosen != call.factor:
        failure = await line.proofs.step_back(call.attempt, call.push)
        if failure is not None:
            return explain_outage(leave_ways(call), failure)
    return await send_challenge(line, replace(call, factor=chosen, push=None), chosen)


def _back(line: Line, call: Call) -> PageResult:
    call = move(call, call.back)
    match call.stage:
        case Stage.CODE_ASKED:
            return ask_for_code(call)
        case Stage.PUSH_SENT:
            return wait_for_push(call)
        case _:
            return offer_factor(call)
