"""Where a webhook meets its call: one at a time, in a legal order, always answered; it knows no stage's business."""

from __future__ import annotations

import asyncio
import logging

from ivr import phrases
from ivr.calls.stages import Call, Stage
from ivr.line import Line
from ivr.masking import fault, last_four
from ivr.webhooks.gate import RefusedError
from ivr.webhooks.turn import STANDS_AT, WELCOME, Heard, Page, Turn

log = logging.getLogger("ivr.webhooks")

# Twilio gives up after 15 seconds; by then the caller must have heard a sentence of ours.
PATIENCE = 12.0


async def answered(line: Line, page: Page, heard: Heard, patience: float = PATIENCE) -> str:
    """The TwiML for one webhook, within `patience` seconds. Raises RefusedError if it is not of the call it names."""
    try:
        async with asyncio.timeout(patience), line.calls.hold(heard.call_sid):
            return await _held(line, page, heard)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever went wrong, a caller is on the line
        log.error("call=%s page=%s failed: %s", heard.call_sid, page.path, fault(error))
        return line.script.goodbye(phrases.TROUBLE)


async def _held(line: Line, page: Page, heard: Heard) -> str:
    known = await line.calls.get(heard.call_sid)
    if known is not None and known.phone != heard.phone:
        # Twilio never changes From within a call, so this is somebody else's request.
        raise RefusedError(403, "This request does not belong to the call it names.")
    if known is None and page.path == WELCOME:
        known = Call(sid=heard.call_sid, phone=heard.phone, called=heard.called)
    turn = await _turn(line, page, known, heard)
    after = turn.call if turn else None
    if after is not None:
        await line.calls.put(after)
    log.info(
        "call=%s page=%s from=%s keys=%d stage=%s",
        heard.call_sid,
        page.path,
        last_four(heard.phone),
        len(heard.digits or ""),
        _moves(known, after),
    )
    if turn is not None:
        return turn.twiml
    return line.script.go(WELCOME, phrases.START_OVER) if page.starts_over else line.script.goodbye()


async def _turn(line: Line, page: Page, call: Call | None, heard: Heard) -> Turn | None:
    """The page's own answer if the call may be there, else the way to where it stands. None: no such call."""
    if call is None:
        return None
    if call.stage in page.open_at:
        return await page.answer(line, call, heard)
    if call.stage is Stage.ENDED:
        return Turn(call, line.script.goodbye(phrases.CALL_IS_OVER))
    return Turn(call, line.script.go(STANDS_AT[call.stage], phrases.GO_ON))


def _moves(before: Call | None, after: Call | None) -> str:
    if after is None:
        return "no such call"
    return after.stage if before is None or before.stage is after.stage else f"{before.stage}>{after.stage}"
