"""Results that several pages share: offers of factors, misses, support, trouble, the end."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr.accounts import Topic
from ivr.callers import is_number
from ivr.calls.stages import Call, Stage, limit_owner, move
from ivr.identity.protocol import Begun, Factor, Kind, NextFactor, Person, Trouble, Unavailable
from ivr.limits import Count
from ivr.line import EVERYBODY, Line
from ivr.webhooks.results import (
    ACCOUNT_MENU,
    ANOTHER_WAY,
    AUTHENTICATE,
    CALL_BACK_ORDER,
    MENU,
    Ask,
    Go,
    Goodbye,
    PageResult,
)

log = logging.getLogger("ivr.webhooks.common")

MOST_MISSES = 3


def end_call(call: Call, *sentences: str) -> PageResult:
    """Say this and goodbye, and hang up."""
    return PageResult(move(call, Stage.ENDED), Goodbye(sentences))


def ask_again(call: Call, again: str, *, to: str) -> PageResult:
    """Ask again after a key that means nothing here, three times at most."""
    call = replace(call, misses=call.misses + 1)
    if call.misses >= MOST_MISSES:
        return end_call(call, call.phrases.too_many_misses)
    return PageResult(call, Ask(again, to=to, first=(call.phrases.not_a_choice,)))


def offer_support(call: Call, *sentences: str) -> PageResult:
    """Say why the line cannot go on as the caller wished, and offer a call back."""
    call = replace(call, misses=call.misses + 1)
    if call.misses >= MOST_MISSES:
        return end_call(call, *sentences)
    to = ACCOUNT_MENU if call.stage is Stage.VERIFIED else MENU
    return PageResult(call, Ask(call.phrases.support_offer, to=to, first=sentences))


def explain_outage(call: Call, answer: Unavailable) -> PageResult:
    """Say that the identity provider could not serve the line, and offer a call back."""
    log.warning("call=%s identity: %s (%s)", call.sid, answer.trouble, answer.detail)
    busy = answer.trouble is Trouble.BUSY
    return offer_support(call, call.phrases.identity_busy if busy else call.phrases.identity_out_of_reach)


async def promise_call_back(line: Line, call: Call, topic: Topic) -> PageResult:
    """Promise a call back. It is arranged once this is spoken, so that the phone is free.

    Known or not, a caller hears the same, and has so many call backs a day.
    """
    if not is_number(call.phone):
        return end_call(call, call.phrases.no_number_to_call)
    if not line.lists_call_backs and (line.dialler is None or call.proven is None):
        return end_call(call, call.phrases.callback_failed)
    hit = await line.limits.take(*call_back_counts(line, call))
    if hit is not None:
        why = call.phrases.callback_failed if hit == line.call_backs_of_all else call.phrases.too_many_callbacks
        return end_call(call, why)
    due = replace(move(call, Stage.CALL_BACK_DUE), topic=topic)
    return PageResult(due, Go(CALL_BACK_ORDER, (call.phrases.callback_requested,)))


def call_back_counts(line: Line, call: Call) -> tuple[Count, ...]:
    """Name what a call back to this caller takes of each limit."""
    number, person = call.phone, limit_owner(call)
    return (line.call_backs_of_number, number), (line.call_backs, person), (line.call_backs_of_all, EVERYBODY)


MOST_WAYS = 9  # a key each


async def begin_attempt(line: Line, call: Call, *first: str) -> PageResult:
    """Begin an attempt and offer its factor; whoever has none is offered a decoy's."""
    assert call.caller is not None
    match await line.proofs.begin(call.caller, call.phone):
        case Begun(attempt, factors):
            if attempt.decoy:
                log.info("call=%s cannot be proven: %s", call.sid, attempt.decoy)
            preference = call.caller.preference if isinstance(call.caller, Person) else ""
            call = replace(call, attempt=attempt, factors=factors, factor=_preferred(factors, preference), push=None)
            return offer_factor(move(call, Stage.OFFERED), *first)
        case Unavailable() as failure:
            return explain_outage(call, failure)


async def begin_again(line: Line, call: Call) -> PageResult:
    """Offer the factor once more, as the provider has forgotten the attempt."""
    return await begin_attempt(line, call, call.phrases.lapsed)


def offer_next(call: Call, answer: NextFactor) -> PageResult:
    """Offer the factor that is wanted after the one that was passed."""
    first = _preferred(answer.factors, "")
    call = replace(call, attempt=answer.attempt, factors=answer.factors, factor=first, push=None)
    return offer_factor(move(call, Stage.OFFERED), call.phrases.one_more_step)


def offer_factor(call: Call, *first: str) -> PageResult:
    """Announce the factor, and wait for the caller to want it."""
    return PageResult(call, Ask(offer_text(call), to=AUTHENTICATE, first=first))


def offer_text(call: Call) -> str:
    """Word the offer of the factor, and of star when there is another way."""
    assert call.factor is not None
    return call.phrases.offers[call.factor.kind] + (f" {call.phrases.another_way}" if other_factors(call) else "")


def _preferred(factors: tuple[Factor, ...], preference: str) -> Factor:
    """The first factor of the preferred kind, else the first that works on the phone at all.

    A call comes last: it may be to the very phone that is busy with us.
    """
    rest = sorted(factors, key=lambda factor: factor.kind is Kind.CALL)
    return next((factor for factor in factors if factor.kind == preference), rest[0])


def other_factors(call: Call) -> tuple[Factor, ...]:
    """List the first factor of each kind but the current one's."""
    first_of_kind = {factor.kind: factor for factor in reversed(call.factors)}
    kinds = dict.fromkeys(factor.kind for factor in call.factors)
    return tuple(first_of_kind[kind] for kind in kinds if call.factor is None or kind is not call.factor.kind)


def list_ways(call: Call) -> tuple[Factor, ...]:
    """List what the menu offers, in the order of its keys: a new code where one was sent, then the other factors."""
    again = (call.factor,) if call.factor and call.back is Stage.CODE_ASKED and call.factor.kind.is_delivered else ()
    return (*again, *other_factors(call))[:MOST_WAYS]


def offer_ways(call: Call, *first: str) -> PageResult:
    """Leave the current factor's question for the menu; the way back stays open."""
    call = move(replace(call, back=call.stage), Stage.CHOOSING)
    return PageResult(call, Ask(ways_menu(call), to=ANOTHER_WAY, first=first))


def ways_menu(call: Call) -> str:
    """Word the menu."""
    lines = (
        call.phrases.way(call.phrases.new_code if factor is call.factor else call.phrases.ways[factor.kind], key)
        for key, factor in enumerate(list_ways(call), start=1)
    )
    return " ".join((*lines, call.phrases.go_back))
