"""The pages behind the factor: the account menu, the balance, a call back. They serve `call.proven`, nobody else."""

from __future__ import annotations

import logging

from ivr.accounts import Account, AccountsDown, NoAccount
from ivr.calls.stages import Call
from ivr.identity.protocol import Person
from ivr.line import Line
from ivr.webhooks.common import ask_again, end_call, offer_support, promise_call_back
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import ACCOUNT_MENU, Ask, PageResult

log = logging.getLogger("ivr.webhooks.account")


async def account_welcome(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Greet by name, the first private word, and ask what the caller wants."""
    name = call.caller.first_name if isinstance(call.caller, Person) else ""
    greeting = call.phrases.account_greeting(name)
    return PageResult(call, Ask(call.phrases.account_menu, to=ACCOUNT_MENU, first=(greeting,)))


async def account_menu(line: Line, call: Call, request: WebhookRequest) -> PageResult:
    """Go by the key: 1 balance and due date, 2 call back. A lone # is the rest of a code: it means nothing."""
    match request.digits:
        case "1":
            return await _balance(line, call)
        case "2":
            return await promise_call_back(line, call, "account")
        case None | "#":
            return PageResult(call, Ask(call.phrases.account_menu, to=ACCOUNT_MENU))
        case _:
            return ask_again(call, call.phrases.account_menu, to=ACCOUNT_MENU)


async def _balance(line: Line, call: Call) -> PageResult:
    assert call.proven is not None
    match await line.accounts.standing(call.proven):
        case Account(balance, currency, due):
            return end_call(call, call.phrases.balance(balance, currency, due, line.today()))
        case NoAccount():
            return offer_support(call, call.phrases.no_account)
        case AccountsDown(why):
            log.warning("call=%s no account: %s", call.sid, why)
            return offer_support(call, call.phrases.account_out_of_reach)
