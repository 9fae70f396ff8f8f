"""The table of webhook addresses: which page answers, and at which stages of a call. The only guard there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.calls.stages import UNPROVEN, Call, Stage
from ivr.line import Line
from ivr.webhooks.account import account_menu, account_welcome
from ivr.webhooks.authenticate import another_way, authenticate
from ivr.webhooks.call_back import call_back, call_back_join, call_back_order, call_back_over
from ivr.webhooks.request import WebhookRequest
from ivr.webhooks.results import (
    ACCOUNT_MENU,
    ACCOUNT_WELCOME,
    ANOTHER_WAY,
    AUTHENTICATE,
    CALL_BACK,
    CALL_BACK_JOIN,
    CALL_BACK_ORDER,
    CALL_BACK_OVER,
    CALL_STATUS,
    MENU,
    VERIFY_CODE,
    VERIFY_PUSH,
    VERIFY_SMS,
    WELCOME,
    PageResult,
)
from ivr.webhooks.verify import verify_code, verify_push
from ivr.webhooks.welcome import menu, welcome

Answer = Callable[[Line, Call, WebhookRequest], Awaitable[PageResult]]


@dataclass(frozen=True, slots=True)
class Page:
    """A webhook address: who answers, and at which stages of a call it may be asked.

    A call that the line does not know, or no longer, starts over; unless the line itself made it.
    """

    path: str
    open_at: frozenset[Stage]
    answer: Answer
    starts_over: bool = True


PAGES: tuple[Page, ...] = (
    Page(WELCOME, frozenset({Stage.GREETED}), welcome),
    Page(MENU, UNPROVEN, menu),
    Page(AUTHENTICATE, frozenset({Stage.OFFERED, Stage.CODE_ASKED}), authenticate),
    Page(ANOTHER_WAY, frozenset({Stage.CHOOSING}), another_way),
    Page(VERIFY_SMS, frozenset({Stage.CODE_ASKED}), verify_code),
    Page(VERIFY_CODE, frozenset({Stage.CODE_ASKED}), verify_code),
    Page(VERIFY_PUSH, frozenset({Stage.PUSH_SENT}), verify_push),
    Page(ACCOUNT_WELCOME, frozenset({Stage.VERIFIED}), account_welcome),
    Page(ACCOUNT_MENU, frozenset({Stage.VERIFIED}), account_menu),
    Page(CALL_BACK_ORDER, frozenset({Stage.CALL_BACK_DUE}), call_back_order),
    Page(CALL_BACK, frozenset({Stage.CALLING_BACK}), call_back, starts_over=False),
    Page(CALL_BACK_JOIN, frozenset({Stage.CALLING_BACK}), call_back_join, starts_over=False),
    Page(CALL_BACK_OVER, frozenset({Stage.CALLING_BACK}), call_back_over, starts_over=False),
)

HOME, ALIVE, READY = "home", "alive", "ready"
BESIDE_THE_PAGES = {"/": HOME, "/ivr": HOME, "/healthz": ALIVE, "/readyz": READY}  # by path, their endpoints
OTHER = "other"

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
_PATHS = frozenset({page.path for page in PAGES} | {CALL_STATUS} | set(BESIDE_THE_PAGES))


def name_of(method: str, path: str) -> str:
    """Name a request, as `POST /ivr/menu`; a method or path that the line does not have is `other`."""
    return f"{method if method in _METHODS else OTHER} {path if path in _PATHS else OTHER}"
