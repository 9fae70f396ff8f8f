"""A machine that tries to reach an account without its factor, by any webhook in any order, from outside."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.okta.push import HandsetError
from fakes.people import JANE as JANE_IVR
from fakes.people import JON as JON_IVR
from tests.ivr.handset import JANE, JON, STRANGER, World, parameters, sid

PATHS = (
    "/ivr/welcome",
    "/ivr/menu",
    "/ivr/authenticate",
    "/ivr/another_way",
    "/ivr/verify_sms",
    "/ivr/verify_code",
    "/ivr/verify_okta_push",
    "/ivr/account_welcome",
    "/ivr/account_menu",
)
CODE_PAGES = ("/ivr/verify_sms", "/ivr/verify_code")
PEOPLE = {JANE: JANE_IVR.id, JON: JON_IVR.id}
PRIVATE = {JANE: ("Jane", "142 dollars", "December 15th"), JON: ("Jon", "87 dollars", "December 8th")}
BEHIND_THE_FACTOR = "/ivr/account_menu"

CALLS = st.integers(1, 6).map(sid)
NUMBERS = st.sampled_from([JANE, JON, STRANGER])
KEYS = st.sampled_from([None, "1", "1", "*", "#", "9", "12", "000000", "2"])
MOVES = st.sampled_from(["right"] * 8 + ["other call"] * 2 + ["000000"] * 2 + ["2", "*"])


@dataclass(frozen=True)
class Posted:
    """One webhook as it was sent."""

    path: str
    call: str
    phone: str
    digits: str | None


@dataclass
class Machine:
    """What the tester knows: whose call each CallSid is, and which of them were proven, by the tester's own lights."""

    world: World
    began: dict[str, str] = field(default_factory=dict)
    touched: dict[str, float] = field(default_factory=dict)
    proven: set[str] = field(default_factory=set)
    pushes: dict[str, str] = field(default_factory=dict)  # transaction: the call it was sent for
    approved: set[str] = field(default_factory=set)  # calls whose push was approved
    last: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)  # question, redirect


class Bypass(RuleBasedStateMachine):
    """Forged, replayed and well-behaved webhooks of six calls and three numbers, in any order."""

    def __init__(self, build: Callable[[], World], counted: Counter[str]) -> None:
        super().__init__()
        self.counted = counted
        self.runner = asyncio.Runner()
        self.known = Machine(build())
        self.sent: list[Posted] = []

    def teardown(self) -> None:
        self.runner.close()

    @invariant()
    def count(self) -> None:
        """Asked for after every step."""
        self.counted["steps"] += 1

    @rule(path=st.sampled_from(PATHS), call=CALLS, phone=NUMBERS, digits=KEYS)
    def forge(self, path: str, call: str, phone: str, digits: str | None) -> None:
        """Anything to anywhere."""
        self.post(Posted(path, call, phone, digits))

    @rule(path=st.sampled_from(PATHS), call=CALLS, phone=NUMBERS, whose=st.sampled_from([JANE, JON]))
    def forge_with_a_real_code(self, path: str, call: str, phone: str, whose: str) -> None:
        """A code that was really sent, to whomever, on any page of any call."""
        self.post(Posted(path, call, phone, self.code(whose)))

    @rule(which=st.integers(0, 200))
    def replay(self, which: int) -> None:
        """An earlier webhook once more."""
        if self.sent:
            self.post(self.sent[which % len(self.sent)])

    @rule(call=CALLS, other=CALLS, moves=st.lists(MOVES, min_size=5, max_size=11))
    def go_on(self, call: str, other: str, moves: list[str]) -> None:
        """What the line expects next on this call, most often the right thing: so that calls come far, even two."""
        for move in moves:
            if move == "other call":
                call, other = other, call
                continue
            phone = self.known.began.get(call, JANE if call < sid(4) else JON)
            question, redirect = self.known.last.get(call, (None, "/ivr/welcome"))
            right = self.code(phone) if question in CODE_PAGES else "1"
            if question:
                self.post(Posted(question, call, phone, right if move == "right" else move))
            elif redirect:
                self.post(Posted(redirect, call, phone, None))

    @rule(whose=st.sampled_from([JANE, JON]), approve=st.booleans())
    def answer_the_push(self, whose: str, approve: bool) -> None:
        """The person answers the newest prompt on their device."""
        prompts = self.known.world.okta.prompts(PEOPLE[whose])
        try:
            self.known.world.okta.answer_push(PEOPLE[whose], approve=approve)
        except HandsetError:
            return
        if approve:
            self.known.approved.add(self.known.pushes[prompts[-1].transaction_id])

    @rule(seconds=st.sampled_from([5.0, 5.0, 5.0, 31.0, 31.0, 301.0, 601.0]))
    def let_time_pass(self, seconds: float) -> None:
        """Codes age, pushes expire, calls are forgotten."""
        self.known.world.clock.at += seconds

    def code(self, whose: str) -> str | None:
        texts = self.known.world.okta.texts(whose)
        return texts[-1].code if texts else None

    def post(self, posted: Posted) -> None:
        self.sent.append(posted)
        self.counted["webhooks"] += 1
        self.forget(posted.call)
        status, text = self.runner.get_loop().run_until_complete(self.answer(posted))
        self.believe(posted)
        self.judge(posted, status, text)

    async def answer(self, posted: Posted) -> tuple[int, str]:
        more = {} if posted.digits is None else {"Digits": posted.digits}
        form = parameters(posted.call, posted.phone, **more)
        response = await self.known.world.app.test_client().post(posted.path, form=form)
        return response.status_code, str(await response.get_data(as_text=True))

    def forget(self, call: str) -> None:
        """The line forgets a call after ten idle minutes, and with it that it was proven."""
        known = self.known
        if known.world.clock.at - known.touched.get(call, known.world.clock.at) >= 600:
            known.began.pop(call, None)
            known.proven.discard(call)
            known.approved.discard(call)

    def believe(self, posted: Posted) -> None:
        """When a person has proven themselves on a call, judged from outside."""
        known = self.known
        if posted.path == "/ivr/welcome":
            known.began.setdefault(posted.call, posted.phone)
        if known.began.get(posted.call) == posted.phone:
            known.touched[posted.call] = known.world.clock.at
        for transaction in known.world.okta.org.tables.pushes:
            known.pushes.setdefault(transaction, posted.call)
        if known.began.get(posted.call) != posted.phone or posted.phone not in PEOPLE:
            return
        codes = {text.code for text in known.world.okta.texts(posted.phone)}
        if posted.path in CODE_PAGES and posted.digits in codes:
            known.proven.add(posted.call)
        if posted.path == "/ivr/verify_okta_push" and posted.call in known.approved:
            known.proven.add(posted.call)

    def judge(self, posted: Posted, status: int, text: str) -> None:
        """The law: nothing private, and no account menu, but on a proven call and to the one who proved it."""
        owner = self.known.began.get(posted.call)
        opens = posted.call in self.known.proven and owner == posted.phone
        for person, words in PRIVATE.items():
            if any(word in text for word in words):
                assert opens and owner == person, f"{posted} was told about {person}: {text}"  # noqa: PT018
        if f'action="{BEHIND_THE_FACTOR}"' in text:
            assert opens, f"{posted} reached the account menu: {text}"
        assert status in (200, 403), text
        if status == 200:
            assert "<Response>" in text
            self.known.last[posted.call] = (between(text, 'action="', '"'), between(text, "<Redirect", "</Redirect>"))


def between(text: str, start: str, end: str) -> str | None:
    """The first thing between two marks; the text of an element without its attributes."""
    _, found, rest = text.partition(start)
    return rest.partition(end)[0].rpartition(">")[2] if found else None
