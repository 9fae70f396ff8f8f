"""The table of webhook addresses: which page answers, and at which stages of a call. The only guard there is."""

from __future__ import annotations

from ivr.calls.stages import Stage
from ivr.webhooks import turn
from ivr.webhooks.account import account_menu, account_welcome
from ivr.webhooks.another_way import another_way
from ivr.webhooks.authenticate import authenticate
from ivr.webhooks.call_back import join, opening, order, over
from ivr.webhooks.desk import UNPROVEN
from ivr.webhooks.turn import Page
from ivr.webhooks.verify_code import verify_code
from ivr.webhooks.verify_push import verify_push
from ivr.webhooks.welcome import menu, welcome

PAGES: tuple[Page, ...] = (
    Page(turn.WELCOME, frozenset({Stage.GREETED}), welcome),
    Page(turn.MENU, UNPROVEN, menu),
    Page(turn.AUTHENTICATE, frozenset({Stage.OFFERED, Stage.CODE_ASKED}), authenticate),
    Page(turn.ANOTHER_WAY, frozenset({Stage.CHOOSING}), another_way),
    Page(turn.VERIFY_SMS, frozenset({Stage.CODE_ASKED}), verify_code),
    Page(turn.VERIFY_CODE, frozenset({Stage.CODE_ASKED}), verify_code),
    Page(turn.VERIFY_PUSH, frozenset({Stage.PUSH_SENT}), verify_push),
    Page(turn.ACCOUNT_WELCOME, frozenset({Stage.VERIFIED}), account_welcome),
    Page(turn.ACCOUNT_MENU, frozenset({Stage.VERIFIED}), account_menu),
    Page(turn.CALL_BACK_ORDER, frozenset({Stage.CALL_BACK_DUE}), order),
    Page(turn.CALL_BACK, frozenset({Stage.CALLING_BACK}), opening, starts_over=False),
    Page(turn.CALL_BACK_JOIN, frozenset({Stage.CALLING_BACK}), join, starts_over=False),
    Page(turn.CALL_BACK_OVER, frozenset({Stage.CALLING_BACK}), over, starts_over=False),
)
