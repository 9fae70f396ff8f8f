"""Asks the fakes what was recorded, in order and at the same times, with the people doing what they did then."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from demo.contract.comparing import Answer, Difference, differences
from demo.recording.plans import CALLS, ROLES
from demo.recording.scrub import ACCOUNT_SID as RECORDED_ACCOUNT
from demo.recording.taping import FakeDevice, enrol
from ivr.recordings.scenario import Interaction, Scenario
from simulator.operator.clock import START, ManualClock

if TYPE_CHECKING:
    from demo.world import World


_BETWEEN_POLLS = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Judgement:
    """One recorded request, and where the fake's answer differs from the recorded one."""

    scenario: str
    number: int
    request: str
    found: Sequence[Difference]

    def __str__(self) -> str:
        lines = "".join(f"\n    {each}" for each in self.found)
        return f"{self.scenario}, request {self.number}, {self.request}{lines}"


async def judged(scenario: Scenario) -> list[Judgement]:
    """Every request of the scenario put to fakes of its own; those that are answered alike have nothing found."""
    from demo.world import open_world

    clock = ManualClock()
    async with open_world(clock, calls_back=False) as world:
        for plan in CALLS:
            if (plan.service, plan.name) == (scenario.service, scenario.name):
                enrol(world, plan)
        asker = _Asker(world, clock, scenario)
        return [await asker.judge(at, each) for at, each in enumerate(scenario.interactions, 1)]


@dataclass
class _Asker:
    world: "World"
    clock: ManualClock
    scenario: Scenario
    stands_for: dict[str, str] = field(default_factory=dict)  # the fakes' ids, by the recorded ones
    codes: dict[str, str] = field(default_factory=dict)  # how each recorded code came
    actual: dict[str, str] = field(default_factory=dict)  # the fakes' codes, by the recorded ones
    state_token: str = ""
    moved: float = 0.0
    last: Interaction | None = None

    def __post_init__(self) -> None:
        users = self.world.okta.org.tables.users.values()
        role = next((each for each in ROLES if each.phone == self.scenario.phone), None)
        for user in users if role is not None else ():
            if role is not None and user.profile["ivrPhone"] == role.phone:
                self.stands_for[role.user_id] = user.id

    async def judge(self, number: int, each: Interaction) -> Judgement:
        """What a person did first, then the request."""
        await self._poll_on(each.at)
        self._let_happen(each)
        fake = await self._ask(each)
        recorded = Answer(each.status, {n.lower(): v for n, v in each.headers}, each.body.decode())
        self._learn(recorded, fake)
        if (code := each.shows.code) is not None:
            self.codes[code] = each.shows.by
            if each.shows.by != "totp":
                self.actual[code] = await self._device.code(each.shows.by)
        self.last = each
        path = urlsplit(each.request.uri).path
        name = f"{self.scenario.service}/{self.scenario.name}"
        return Judgement(name, number, f"{each.request.method} {path}", differences(recorded, fake))

    @property
    def _device(self) -> FakeDevice:
        return FakeDevice(self.world, self.scenario.phone)

    async def _poll_on(self, until: float) -> None:
        """A run of equal polls is kept as one; at a real org every one of them lengthens the attempt's life."""
        while self.last is not None and self.last.is_poll and self.clock.now() + _BETWEEN_POLLS < START + until:
            self.clock.move_to(self.clock.now() + _BETWEEN_POLLS)
            await self._ask(self.last)

    def _let_happen(self, each: Interaction) -> None:
        self.clock.move_to(START + each.at)
        if (left := each.needs.waited - (each.at - self.moved)) > 0:
            self.world.okta.advance(left)
        if not each.is_poll:
            self.moved = each.at
        if each.needs.tap is not None:
            self._device.tap_now(approve=each.needs.tap == "approve")
        if each.fault:
            faults = {"okta": self.world.okta.faults, "accounts": self.world.accounts.faults}[each.fault["service"]]
            faults.fail_next(each.fault["status"], times=each.fault["times"], route=each.fault["route"])

    async def _ask(self, each: Interaction) -> Answer:
        request = each.request
        body = await self._body((request.body or b"").decode())
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        headers["Authorization"] = self._credentials()
        session = self.world.way.session
        async with session.request(
            request.method, self._ours(request.uri), data=body or None, headers=headers
        ) as answer:
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, named, await answer.text())

    def _credentials(self) -> str:
        from fakes.accounts.state import DEMO_TOKEN

        match self.scenario.service:
            case "okta":
                return f"SSWS {self.world.okta.org.api_token}"
            case "accounts":
                return f"Bearer {DEMO_TOKEN}"
            case _:
                account = self.world.twilio.account
                return "Basic " + base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()

    async def _body(self, text: str) -> str:
        """With our codes and state token; a code that was never sent is as wrong here."""
        try:
            document = json.loads(text) if text else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            return self._ours(text)
        if "stateToken" in document:
            document["stateToken"] = self.state_token
        if (code := document.get("passCode")) in self.codes:
            is_shown = self.codes[code] == "totp"
            document["passCode"] = await self._device.code("totp") if is_shown else self.actual[code]
        return self._ours(json.dumps(document))

    def _ours(self, text: str) -> str:
        for recorded, ours in {RECORDED_ACCOUNT: self.world.twilio.account.sid, **self.stands_for}.items():
            text = text.replace(recorded, ours).replace(quote(recorded, safe=""), quote(ours, safe=""))
        return text

    def _learn(self, recorded: Answer, fake: Answer) -> None:
        try:
            pair = json.loads(recorded.body), json.loads(fake.body)
        except ValueError:
            return
        for name, one, other in _leaves("", *pair):
            if name in ("id", "sid"):
                self.stands_for[one] = other
            elif name == "href":
                steps = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
                self.stands_for.update({mine: yours for mine, yours in steps if mine != yours})
            elif name == "stateToken":
                self.state_token = other


def _leaves(name: str, one: Any, other: Any) -> Iterator[tuple[str, str, str]]:
    """Texts at the same places. Factors are told apart by their kind: an org may list them in another order."""
    match one, other:
        case dict(), dict():
            for key in one.keys() & other.keys():
                yield from _leaves(key, one[key], other[key])
        case list(), list():
            for at, item in enumerate(one):
                same = [each for each in other if _sort(each) == _sort(item)]
                mates = same if _sort(item) is not None else other[at : at + 1]
                for mate in mates[:1]:
                    yield from _leaves(name, item, mate)
        case str(), str():
            yield name, one, other
        case _:
            return


def _sort(item: Any) -> Any:
    return item.get("factorType") if isinstance(item, dict) else None
