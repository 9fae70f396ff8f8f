"""Twilio's news of how calls have ended: a call back that is still owed is arranged; answers no documents."""

from __future__ import annotations

import logging

from ivr.calls.stages import Stage, moved
from ivr.line import Line
from ivr.masking import fault
from ivr.webhooks.call_back import call_back_arranged
from ivr.webhooks.gate import RefusedError
from ivr.webhooks.turn import Heard, belongs

log = logging.getLogger("ivr.webhooks.call_status")

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


async def call_ended(line: Line, heard: Heard, patience: float) -> None:
    """Take the news. Raises RefusedError if it is not of the call it names."""
    if heard.call_status not in OVER:
        return
    try:
        async with line.limit(patience), line.calls.hold(heard.call_sid):
            await _held(line, heard)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - nobody is on the line, and Twilio only wants a 2xx
        log.error("call=%s status failed: %s", heard.call_sid, fault(error))


async def _held(line: Line, heard: Heard) -> None:
    call = await line.calls.get(heard.call_sid)
    if call is None:
        return
    if not belongs(heard, call):
        raise RefusedError(403, "This request does not belong to the call it names.")
    if call.stage is Stage.CALL_BACK_DUE:  # they hung up as soon as they knew
        await call_back_arranged(line, call)
    elif call.stage is Stage.CALLING_BACK:
        log.info("call=%s the call back ended: %s", call.sid, heard.call_status)
        await line.calls.put(moved(call, Stage.ENDED))
