"""Where a webhook meets its call: one at a time, in a legal order, always answered; it knows no stage's business."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ivr import phrases
from ivr.calls.stages import Call, Stage, moved
from ivr.calls.store import Reply, StoreDownError
from ivr.line import Line
from ivr.masking import fault, last_four
from ivr.webhooks.gate import RefusedError
from ivr.webhooks.seen import CALL, How, Seen
from ivr.webhooks.turn import STANDS_AT, WELCOME, Heard, Page, Turn, belongs

log = logging.getLogger("ivr.webhooks")

# Twilio gives up after 15 seconds; by then the caller must have heard a sentence of ours.
PATIENCE = 12.0

PROOF_LASTS = 900.0  # seconds; account calls are over in one or two minutes
UNPROVEN = frozenset({Stage.GREETED, Stage.OFFERED, Stage.CHOOSING, Stage.CODE_ASKED, Stage.PUSH_SENT})


async def answered(line: Line, page: Page, heard: Heard, patience: float = PATIENCE) -> str:
    """The TwiML for one webhook, within `patience` seconds. Raises RefusedError if it is not of the call it names."""
    began = line.stopwatch()
    CALL.set(heard.call_sid)
    done = _Done("", How.REFUSED)
    try:
        async with line.limit(patience), line.calls.hold(heard.call_sid):
            done = await _held(line, page, heard)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever went wrong, a caller is on the line
        log.error("call=%s page=%s failed: %s", heard.call_sid, page.path, fault(error))
        how = How.STORE_DOWN if isinstance(error, StoreDownError) else How.FAILED
        done = _Done(line.script.goodbye(phrases.TROUBLE), how)
    finally:
        took = line.stopwatch() - began
        line.watch(_seen(page, heard, done, took))
    if _is_paced(done) and took < line.settings.even_pace:
        await line.pause(line.settings.even_pace - took)
    return done.twiml


def refused(line: Line, path: str) -> None:
    """A webhook that was not let in."""
    line.watch(Seen(path, How.REFUSED))


@dataclass(frozen=True, slots=True)
class _Done:
    """What a webhook came to, and the call before and after it."""

    twiml: str
    how: How
    before: Call | None = None
    after: Call | None = None


async def _held(line: Line, page: Page, heard: Heard) -> _Done:
    known = await line.calls.get(heard.call_sid)
    if known is not None and not belongs(heard, known):
        raise RefusedError(403, "This request does not belong to the call it names.")
    if known is not None and heard.delivery:
        first_answer = await line.calls.replied(heard.call_sid, heard.delivery)
        if first_answer is not None:
            return _Done(first_answer, How.AGAIN, known, known)
    if known is None:
        return await _without_call(line, page, heard)
    if known.stage is Stage.VERIFIED and line.now() - known.proven_at >= PROOF_LASTS:
        late = Turn(moved(known, Stage.ENDED), line.script.goodbye(phrases.PROOF_TOO_OLD))
        return await _put(line, heard, known, late, How.ANSWERED)
    if known.stage in page.open_at:
        return await _put(line, heard, known, await page.answer(line, known, heard), How.ANSWERED)
    if known.stage is Stage.ENDED:
        return await _put(line, heard, known, Turn(known, line.script.goodbye(phrases.CALL_IS_OVER)), How.LED_BACK)
    way = line.script.go(STANDS_AT[known.stage], phrases.GO_ON)
    return await _put(line, heard, known, Turn(known, way), How.LED_BACK)


async def _without_call(line: Line, page: Page, heard: Heard) -> _Done:
    """A call begins at the welcome page; elsewhere it is one that was forgotten, or never was."""
    if page.path == WELCOME and line.closing():
        return _Done(line.script.goodbye(phrases.CLOSING), How.CLOSING)
    if page.path == WELCOME:
        call = Call(sid=heard.call_sid, phone=heard.phone, called=heard.called, account=heard.account)
        return await _put(line, heard, None, await page.answer(line, call, heard), How.ANSWERED)
    start_over = line.script.go(WELCOME, phrases.START_OVER)
    return _Done(start_over if page.starts_over else line.script.goodbye(), How.NO_CALL)


def _is_paced(done: _Done) -> bool:
    """Whether the time it took could tell something: while nobody is proven, and unless somebody now is."""
    is_proven = done.after is not None and done.after.stage is Stage.VERIFIED
    return done.before is not None and done.before.stage in UNPROVEN and not is_proven


async def _put(line: Line, heard: Heard, before: Call | None, turn: Turn, how: How) -> _Done:
    """The call and the answer are remembered in one step, so that a repeated delivery finds both or neither."""
    after = await line.calls.put(turn.call, Reply(heard.delivery, turn.twiml) if heard.delivery else None)
    return _Done(turn.twiml, how, before, after)


def _seen(page: Page, heard: Heard, done: _Done, seconds: float) -> Seen:
    before, after = (None if call is None else call.stage for call in (done.before, done.after))
    caller = last_four(heard.phone)
    return Seen(page.path, done.how, heard.call_sid, caller, len(heard.digits or ""), before, after, seconds)
