"""The pages behind the factor: the account menu, the balance, a call back. They serve `call.proven`, nobody else."""

from __future__ import annotations

import logging

from ivr import phrases
from ivr.accounts.protocol import Account, AccountsDown, NoAccount
from ivr.calls.stages import Call
from ivr.identity.protocol import Person
from ivr.line import Line
from ivr.webhooks.common import ended, missed, support, support_offered
from ivr.webhooks.turn import ACCOUNT_MENU, Heard, Turn

log = logging.getLogger("ivr.webhooks.account")


async def account_welcome(line: Line, call: Call, heard: Heard) -> Turn:
    """The first private word, and the menu."""
    name = call.caller.first_name if isinstance(call.caller, Person) else ""
    greeting = phrases.account_greeting(name)
    return Turn(call, line.script.ask(phrases.ACCOUNT_MENU, to=ACCOUNT_MENU, first=(greeting,)))


async def account_menu(line: Line, call: Call, heard: Heard) -> Turn:
    """1 balance and due date, 2 call back. A lone # is what is left of a code typed with its # and means nothing."""
    match heard.digits:
        case "1":
            return await _balance(line, call)
        case "2":
            return await support(line, call, "account")
        case None | "#":
            return Turn(call, line.script.ask(phrases.ACCOUNT_MENU, to=ACCOUNT_MENU))
        case _:
            return missed(line, call, phrases.ACCOUNT_MENU, to=ACCOUNT_MENU)


async def _balance(line: Line, call: Call) -> Turn:
    assert call.proven is not None
    match await line.accounts.standing(call.proven):
        case Account(balance, currency, due):
            return ended(line, call, phrases.balance(balance, currency, due, line.today()))
        case NoAccount():
            return support_offered(line, call, phrases.NO_ACCOUNT)
        case AccountsDown(why):
            log.warning("call=%s no account: %s", call.sid, why)
            return support_offered(line, call, phrases.ACCOUNT_OUT_OF_REACH)
