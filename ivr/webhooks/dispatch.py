"""Takes a webhook to its call and its page: one at a time, in a legal order, and always answered."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from ivr.callers import fault, last_four
from ivr.calls.stages import UNPROVEN, Call, Stage, move
from ivr.calls.store import Reply, StoreDownError
from ivr.line import Line
from ivr.webhooks.call_back import arrange_call_back
from ivr.webhooks.pages import Page
from ivr.webhooks.record import CALL, Outcome, WebhookRecord
from ivr.webhooks.request import RefusedError, WebhookRequest, belongs
from ivr.webhooks.results import RESUMES_AT, WELCOME, Go, Goodbye, PageResult, Work

log = logging.getLogger("ivr.webhooks")

# Twilio gives up after 15 seconds; by then the caller must have heard a sentence of ours.
PATIENCE = 12.0

PROOF_LASTS = 900.0  # seconds; account calls are over in one or two minutes
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})  # CallStatus of a call that has ended
LONGEST_CALL = 1800.0  # seconds; three pushes that nobody answers, and a code, take twenty minutes at most


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The TwiML for a webhook, and the work that goes on after it."""

    twiml: str
    going_on: asyncio.Task[None] | None = None


async def handle_webhook(line: Line, page: Page, request: WebhookRequest, patience: float = PATIENCE) -> WebhookAnswer:
    """Answer one webhook within `patience` seconds. Raises RefusedError if it is not of the call it names."""
    began = line.stopwatch()
    CALL.set(request.call_sid)
    done = _Handled("", Outcome.REFUSED)
    try:
        async with line.limit(patience), line.calls.hold(request.call_sid):
            done = await _answer(line, page, request)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever went wrong, a caller is on the line
        log.error("call=%s page=%s failed: %s", request.call_sid, page.path, fault(error))
        how = Outcome.STORE_DOWN if isinstance(error, StoreDownError) else Outcome.FAILED
        done = _Handled(line.render(Goodbye((line.phrases.trouble,))), how)
    finally:
        took = line.stopwatch() - began
        line.watch(_record(page, request, done, took))
    going_on = None
    try:
        if _is_paced(done) and took < line.settings.even_pace:
            await line.pause(line.settings.even_pace - took)
    finally:  # also when the caller has hung up meanwhile, and nobody waits for the answer any more
        if done.afterwards is not None:
            going_on = line.background.start(done.afterwards())
    return WebhookAnswer(done.twiml, going_on)


def note_refusal(line: Line, path: str) -> None:
    """Record a webhook that was not let in."""
    line.watch(WebhookRecord(path, Outcome.REFUSED))


@dataclass(frozen=True, slots=True)
class _Handled:
    """What a webhook came to, and the call before and after it."""

    twiml: str
    how: Outcome
    before: Call | None = None
    after: Call | None = None
    afterwards: Work | None = None


async def _answer(line: Line, page: Page, request: WebhookRequest) -> _Handled:
    known = await line.calls.get(request.call_sid)
    if known is not None and not belongs(request, known):
        raise RefusedError(403, "This request does not belong to the call it names.")
    if known is not None and request.delivery:
        first_answer = await line.calls.replied(request.call_sid, request.delivery)
        if first_answer is not None:
            return _Handled(first_answer, Outcome.AGAIN, known, known)
    if known is None:
        return await _without_call(line, page, request)
    if _is_too_long(known, line.now()):
        late = PageResult(move(known, Stage.ENDED), Goodbye((known.phrases.too_long,)))
        return await _remember(line, request, known, late, Outcome.ANSWERED)
    if known.stage in page.open_at:
        return await _remember(line, request, known, await page.answer(line, known, request), Outcome.ANSWERED)
    if known.stage is Stage.ENDED:
        return await _remember(
            line, request, known, PageResult(known, Goodbye((known.phrases.call_is_over,))), Outcome.LED_BACK
        )
    way = Go(RESUMES_AT[known.stage], (known.phrases.go_on,))
    return await _remember(line, request, known, PageResult(known, way), Outcome.LED_BACK)


async def _without_call(line: Line, page: Page, request: WebhookRequest) -> _Handled:
    """Begin a call at the welcome page; at others it is one that was forgotten, or never was."""
    if page.path == WELCOME and line.closing():
        return _Handled(line.render(Goodbye((line.phrases.closing,))), Outcome.CLOSING)
    if page.path == WELCOME:
        call = _begin_call(line, request)
        return await _remember(line, request, None, await page.answer(line, call, request), Outcome.ANSWERED)
    step = Go(WELCOME, (line.phrases.start_over,)) if page.starts_over else Goodbye()
    return _Handled(line.render(step), Outcome.NO_CALL)


def _begin_call(line: Line, request: WebhookRequest) -> Call:
    return Call(
        sid=request.call_sid,
        phone=request.phone,
        called=request.called,
        account=request.account,
        began=line.now(),
        language=line.settings.language,
    )


def _is_too_long(call: Call, now: float) -> bool:
    """A proof that is too old, and a call that somebody keeps up at the company's cost."""
    is_stale = call.stage is Stage.VERIFIED and now - call.proven_at >= PROOF_LASTS
    return is_stale or (call.stage in UNPROVEN and now - call.began >= LONGEST_CALL)


def _is_paced(done: _Handled) -> bool:
    """Whether the time it took could tell who is a customer: always, until somebody is proven."""
    call = done.after or done.before
    return call is None or (call.proven is None and call.stage is not Stage.CALLING_BACK)


async def _remember(
    line: Line, request: WebhookRequest, before: Call | None, result: PageResult, how: Outcome
) -> _Handled:
    """Remember the call and the answer in one step, so that a repeated delivery finds both or neither."""
    twiml = line.render(result.next, result.call.language)
    after = await line.calls.put(result.call, Reply(request.delivery, twiml) if request.delivery else None)
    return _Handled(twiml, how, before, after, result.afterwards)


def _record(page: Page, request: WebhookRequest, done: _Handled, seconds: float) -> WebhookRecord:
    before, after = (None if call is None else call.stage for call in (done.before, done.after))
    caller = last_four(request.phone)
    return WebhookRecord(
        page.path, done.how, request.call_sid, caller, len(request.digits or ""), before, after, seconds
    )


async def handle_call_status(line: Line, request: WebhookRequest, patience: float) -> Work | None:
    """Note how a call ended; what is returned is then to be done. Raises RefusedError as `handle_webhook` does."""
    if request.call_status not in OVER:
        return None
    try:
        async with line.limit(patience), line.calls.hold(request.call_sid):
            return await _note_end(line, request)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - nobody is on the line, and Twilio only wants a 2xx
        log.error("call=%s status failed: %s", request.call_sid, fault(error))
        return None


async def _note_end(line: Line, request: WebhookRequest) -> Work | None:
    call = await line.calls.get(request.call_sid)
    if call is None:
        return None
    if not belongs(request, call):
        raise RefusedError(403, "This request does not belong to the call it names.")
    if call.stage not in (Stage.CALL_BACK_DUE, Stage.CALLING_BACK):
        return None
    await line.calls.put(move(call, Stage.ENDED))
    if call.stage is Stage.CALL_BACK_DUE:  # they hung up as soon as they knew
        return partial(arrange_call_back, line, call)
    log.info("call=%s the call back ended: %s", call.sid, request.call_status)
    return None
