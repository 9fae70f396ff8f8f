"""The first two pages: the greeting and the main menu. Known and unknown callers hear the same."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr.callers import is_believed, is_number
from ivr.calls.stages import Call, Stage
from ivr.identity.protocol import Unavailable, Unknown
from ivr.line import Line
from ivr.webhooks.common import ask_again, begin_attempt, explain_outage, offer_factor, offer_support, promise_call_back
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import MENU, RESUMES_AT, Ask, Go, PageResult

log = logging.getLogger("ivr.webhooks.welcome")


async def welcome(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Greet, and quietly look up whose number this seems to be."""
    if not is_believed(request.verdict, line.settings.caller_id):
        call = replace(call, caller=Unknown("its caller ID is not to be believed"))
    call, _ = await _looked_up(line, call)
    greeting = call.phrases.greeting(line.settings.customer_name, call.phrases.place(*request.registered_in))
    return PageResult(call, Ask(call.phrases.main_menu, to=MENU, first=(greeting,)))


async def menu(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Go by the key: 1 account, 2 departments and support, which stays open until the factor is passed."""
    match request.digits, call.stage:
        case "2", _:
            return await promise_call_back(line, call, "support")
        case "1", Stage.GREETED:
            return await _offer(line, call)
        case _, Stage.OFFERED:
            return offer_factor(call)
        case None | "#", Stage.GREETED:
            return PageResult(call, Ask(call.phrases.main_menu, to=MENU))
        case _, Stage.GREETED:
            return ask_again(call, call.phrases.main_menu, to=MENU)
        case _:
            return PageResult(call, Go(RESUMES_AT[call.stage], (call.phrases.go_on,)))


async def _offer(line: Line, call: Call) -> PageResult:
    """Find a factor for whoever this seems to be."""
    call, trouble = await _looked_up(line, call)
    if trouble is not None:
        return explain_outage(call, trouble)
    if not is_number(call.phone):  # says nothing about anybody, so it can be told
        return offer_support(call, call.phrases.cannot_verify)
    return await begin_attempt(line, call)


async def _looked_up(line: Line, call: Call) -> tuple[Call, Unavailable | None]:
    """The call with its caller, asked for once; a failed look-up is tried again next time."""
    if call.caller is not None:
        return call, None
    if not is_number(call.phone):
        return replace(call, caller=Unknown("the number is withheld")), None
    found = await line.directory.find_caller(call.phone)
    if isinstance(found, Unavailable):
        log.warning("call=%s look-up: %s (%s)", call.sid, found.trouble, found.detail)
        return call, found
    if isinstance(found, Unknown):
        log.info("call=%s caller unknown: %s", call.sid, found.why)
    return replace(call, caller=found), None
