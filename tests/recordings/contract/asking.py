"""Asks the fakes what was recorded, in order, with the people doing what they did then."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fakes.people import SIGN_IN_APP
from ivr.recordings.library import ACCOUNT_SID, CODES, NOBODY, Interaction, Scenario, read_form
from okta_twilio_ivr.line import Fakes
from okta_twilio_ivr.recording.scenarios import PEOPLE, SCENARIOS
from okta_twilio_ivr.recording.sources import FakeDevice, fakes_for
from okta_twilio_ivr.recording.steps import POLL_PAUSE
from simulator.operator.clock import ManualClock
from tests.recordings.contract.comparing import Answer, Difference, differences


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
    clock = ManualClock()
    planned = next(each for each in SCENARIOS if each.name == f"{scenario.service}/{scenario.name}")
    fakes = fakes_for(planned, clock)
    asker = _Asker(fakes, FakeDevice(fakes, clock, planned.role), scenario)
    return [await asker.judge(at, each) for at, each in enumerate(scenario.interactions, 1)]


@dataclass
class _Asker:
    fakes: Fakes
    device: FakeDevice
    scenario: Scenario
    stands_for: dict[str, str] = field(default_factory=dict)  # the fakes' ids, by the recorded ones
    codes: dict[str, str] = field(default_factory=dict)  # how each recorded code came
    actual: dict[str, str] = field(default_factory=dict)  # the fakes' codes, by the recorded ones
    state_token: str = ""
    last: Interaction | None = None

    def __post_init__(self) -> None:
        users = {user.profile["ivrPhone"]: user.id for user in self.fakes.okta.org.tables.users.values()}
        self.stands_for |= {role.user_id: users[role.phone] for role in PEOPLE}
        self.stands_for[ACCOUNT_SID] = self.fakes.twilio.account.sid

    async def judge(self, number: int, each: Interaction) -> Judgement:
        """What a person did first, then the request."""
        await self._let_happen(each)
        fake = await self._ask(each)
        recorded = Answer(each.status, {name.lower(): value for name, value in each.headers}, each.body.decode())
        self._learn(recorded, fake)
        if (code := each.notes.code) is not None:
            self.codes[code] = each.notes.by
            self.actual[code] = await self.device.code(each.notes.by)
        self.last = each
        path = urlsplit(each.request.uri).path
        name = f"{self.scenario.service}/{self.scenario.name}"
        return Judgement(name, number, f"{each.request.method} {path}", differences(recorded, fake))

    async def _let_happen(self, each: Interaction) -> None:
        """A run of equal polls is kept as one; at a real org every one of them lengthens the attempt's life."""
        notes, left = each.notes, each.notes.waited
        while self.last is not None and self.last.is_poll and left > 0:
            await self.device.wait(POLL_PAUSE)
            await self._ask(self.last)
            left -= POLL_PAUSE
        await self.device.wait(notes.waited and max(left, POLL_PAUSE))
        if notes.tap is not None:
            await self.device.tap(approve=notes.tap == "approve", number=None)
        if notes.refused is not None:
            faults = {"okta": self.fakes.okta.faults, "accounts": self.fakes.accounts.faults}[self.scenario.service]
            faults.fail_next(notes.refused, times=20)

    async def _ask(self, each: Interaction) -> Answer:
        request = each.request
        body = await self._body((request.body or b"").decode())
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        headers["Authorization"] = self._credentials(urlsplit(request.uri).path)
        async with self.fakes.session.request(
            request.method, self._ours(request.uri), data=body or None, headers=headers
        ) as answer:
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, named, await answer.text())

    def _credentials(self, path: str) -> str:
        from fakes.accounts.state import DEMO_TOKEN

        match self.scenario.service:
            case "okta" if path.startswith("/oauth2/"):
                return _basic(SIGN_IN_APP["client_id"], SIGN_IN_APP["secret"])
            case "okta":
                return f"SSWS {self.fakes.okta.org.api_token}"
            case "accounts":
                return f"Bearer {DEMO_TOKEN}"
            case _:
                account = self.fakes.twilio.account
                return _basic(account.sid, account.auth_token)

    async def _body(self, text: str) -> str:
        """With our codes and state token; a code that was never sent is as wrong here."""
        try:
            document = json.loads(text) if text else None
        except ValueError:
            document = None
        if form := read_form(text):
            return urlencode({name: await self._value(name, self._ours(value)) for name, value in form.items()})
        if not isinstance(document, dict):
            return self._ours(text)
        if document.get("stateToken", NOBODY) != NOBODY:
            document["stateToken"] = self.state_token
        return self._ours(json.dumps({name: await self._value(name, value) for name, value in document.items()}))

    async def _value(self, name: str, value: Any) -> Any:
        """Our code in the place of the recorded one."""
        if name not in CODES or value not in self.codes:
            return value
        return await self.device.code("totp") if self.codes[value] == "totp" else self.actual[value]

    def _ours(self, text: str) -> str:
        for recorded, ours in self.stands_for.items():
            text = text.replace(recorded, ours).replace(quote(recorded, safe=""), quote(ours, safe=""))
        return text

    def _learn(self, recorded: Answer, fake: Answer) -> None:
        try:
            pair = json.loads(recorded.body), json.loads(fake.body)
        except ValueError:
            return
        for name, one, other in _leaves("", *pair):
            if name in ("id", "sid", "oob_code"):
                self.stands_for[one] = other
            elif name == "href":
                steps = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
                self.stands_for.update({mine: yours for mine, yours in steps if mine != yours})
            elif name == "stateToken":
                self.state_token = other


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


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
